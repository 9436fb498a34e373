using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

/// <summary>The paths of machines that lack instructions which this one has, in processes that are not given them.</summary>
public class VectorPathTests
{
    /// <summary>What decides which path is taken.</summary>
    public static string Instructions => $"AVX2 {Avx2.IsSupported}, vectors of 128 bits {Vector128.IsHardwareAccelerated}";

    [Theory]
    [InlineData("DOTNET_EnableAVX2", true)]
    [InlineData("DOTNET_EnableHWIntrinsic", false)]
    public void Without_instructions_every_image_has_the_same_bits(string variable, bool hasVectors)
    {
        string[] lines = InProcess(variable);
        // Elsewhere than on x86-64 there is nothing to take away but vectors as such.
        lines[0].ShouldBe($"AVX2 False, vectors of 128 bits {hasVectors && Vector128.IsHardwareAccelerated}");
        lines[1..].ShouldBe(ImageHashes.Lines());
    }

    private static string[] InProcess(string variable)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { "exec", typeof(VectorPathTests).Assembly.Location }, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
