using System.Text;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>
/// The JIT stops optimising a method beyond certain sizes, and stops inlining into it far earlier: every emitted method keeps well
/// below them, measured on the compiled IL.
/// </summary>
public class MethodBudgetTests(ITestOutputHelper output)
{
    private const int MostBytes = 30 * 1024;
    private const int MostLocals = 400;
    private const int MostReferences = 4000;
    private const int MostBlocks = 500;
    private const int MostSourceBytes = 1_200_000;

    /// <summary>Forward and backward, all instruction sets.</summary>
    private const int MostTrainedSourceBytes = 4_000_000;

    [Theory]
    [InlineData("B0")]
    [InlineData("B4")]
    [InlineData("B7")]
    [InlineData("Lite0")]
    [InlineData("Lite4")]
    [InlineData("V2S")]
    [InlineData("V2L")]
    public void Every_method_of_a_published_network_stays_within_the_budget(string name) => EnsureWithin(PublishedNetwork.Of(name).Spec());

    [Fact]
    public void Large_kernels_on_many_channels_stay_within_the_budget() => EnsureWithin(Specs.Valid("""
        {"name": "Large", "resolution": 96, "activation": "hardswish",
         "stages": [{ "kernel": 9, "stride": 2, "expansion": 4, "channels": 112, "repeats": 2 },
                    { "kernel": 7, "stride": 1, "expansion": 6, "channels": 240, "repeats": 2, "squeezeExcite": 0.5 }]}
        """));

    /// <summary>Tiles of 49 taps that SiLU is made in.</summary>
    [Fact]
    public void Large_kernels_whose_rows_are_activated_stay_within_the_budget() => EnsureWithin(Specs.Valid("""
        {"name": "Wide", "resolution": 112, "activation": "silu",
         "stages": [{ "kernel": 7, "stride": 1, "expansion": 4, "channels": 48, "repeats": 2, "squeezeExcite": 0.25 }]}
        """));

    [Fact]
    public void Every_method_of_a_network_that_can_be_trained_stays_within_the_budget() => EnsureWithin(Specs.Valid(Specs.Trained));

    /// <summary>All of its files together, in UTF-8.</summary>
    [Theory]
    [InlineData("B0")]
    [InlineData("Lite0")]
    [InlineData("V2B0")]
    public void The_source_with_the_backward_pass_stays_within_its_size(string name)
    {
        int bytes = GeneratedCode.FilesOf(PublishedNetwork.Of(name).Spec() with { Training = true }).Sum(file => Encoding.UTF8.GetByteCount(file.Text));
        output.WriteLine($"{name}: {bytes} bytes");
        bytes.ShouldBeLessThanOrEqualTo(MostTrainedSourceBytes);
    }

    /// <summary>Both instruction sets together, in UTF-8.</summary>
    [Theory]
    [InlineData("B0")]
    [InlineData("Lite0")]
    [InlineData("V2B0")]
    [InlineData("V2S")]
    public void The_forward_source_of_both_instruction_sets_stays_within_its_size(string name)
    {
        GeneratedFile[] files = GeneratedCode.FilesOf(PublishedNetwork.Of(name).Spec())
            .Where(file => file.HintName.Contains(".Avx512.", StringComparison.Ordinal) || file.HintName.Contains(".Avx2.", StringComparison.Ordinal)).ToArray();
        files.Length.ShouldBeGreaterThanOrEqualTo(2 * 6);
        int bytes = files.Sum(file => Encoding.UTF8.GetByteCount(file.Text));
        output.WriteLine($"{name}: {bytes} bytes");
        bytes.ShouldBeLessThanOrEqualTo(MostSourceBytes,
            string.Join("\n", files.OrderByDescending(file => file.Text.Length).Select(file => $"{file.HintName}: {file.Text.Length}")));
    }

    /// <summary>The meter itself, on methods whose sizes are known.</summary>
    [Fact]
    public void The_meter_counts_what_is_there()
    {
        IReadOnlyList<MethodSize> sizes = IlMeter.Measure(File.ReadAllBytes(typeof(MethodBudgetTests).Assembly.Location));
        MethodSize loop = sizes.Single(size => size.Name == $"{nameof(MethodBudgetTests)}.{nameof(Loop)}");
        loop.Locals.ShouldBeGreaterThanOrEqualTo(2);
        loop.References.ShouldBeInRange(8, 30);
        loop.Blocks.ShouldBeInRange(3, 6);
        loop.Bytes.ShouldBe(typeof(MethodBudgetTests).GetMethod(nameof(Loop), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetMethodBody()!.GetILAsByteArray()!.Length);
        Loop(4).ShouldBe(6);
    }

    private static int Loop(int count)
    {
        int sum = 0;
        for (int i = 0; i < count; i++) sum += i;
        return sum;
    }

    private void EnsureWithin(ArchitectureSpec spec)
    {
        IReadOnlyList<MethodSize> sizes = IlMeter.Measure(GeneratedCode.Emit(GeneratedCode.Compile([spec])));
        sizes.Count(size => size.Name.Contains("Kernels.", StringComparison.Ordinal)).ShouldBeGreaterThan(30);

        // What holds the network as data runs once and has no loop worth optimising.
        MethodSize[] running = sizes.Where(size => !size.Name.EndsWith(".DescribeCore", StringComparison.Ordinal)).ToArray();
        var over = new List<string>();
        Check("bytes of IL", size => size.Bytes, MostBytes);
        Check("locals", size => size.Locals, MostLocals);
        Check("references to locals", size => size.References, MostReferences);
        Check("blocks", size => size.Blocks, MostBlocks);
        over.ShouldBeEmpty();

        void Check(string what, Func<MethodSize, int> measure, int most)
        {
            MethodSize largest = running.MaxBy(measure)!;
            output.WriteLine($"{spec.Name}: at most {measure(largest)} {what}, in {largest.Name}");
            int many = running.Count(size => measure(size) > most);
            if (many > 0) over.Add($"{spec.Name}: {many} methods have more than {most} {what}; the largest, {largest.Name}, has {measure(largest)}");
        }
    }
}
