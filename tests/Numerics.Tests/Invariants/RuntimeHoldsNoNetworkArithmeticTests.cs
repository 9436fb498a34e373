using EfficientNet.Numerics.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Numerics.Tests.Invariants;

/// <summary>All network arithmetic is emitted: the runtime has none. The scan's own eyes are tested first.</summary>
public class RuntimeHoldsNoNetworkArithmeticTests
{
    /// <summary>A bias is corrected in place, once, when weights are loaded; to the scan that looks like a sum that grows.</summary>
    private static readonly string[] FoldingOfBatchNorm = ["bias[n] = (bias[n] - mean[n]) * scale[n]", "bias[n] += beta[n]"];

    [Theory]
    [InlineData("convolution", "for (int i = 0; i < n; i++) for (int k = 0; k < 9; k++) y[i] += w[k] * x[i + k];")]
    [InlineData("dense", "float sum = 0; for (int i = 0; i < n; i++) sum = x[i] * w[i] + sum; y[0] = sum;")]
    [InlineData("dense, fused", "float sum = 0; for (int i = 0; i < n; i++) sum = MathF.FusedMultiplyAdd(x[i], w[i], sum); y[0] = sum;")]
    [InlineData("dense, in vectors", "var s = System.Runtime.Intrinsics.Vector128.Load(x) * System.Runtime.Intrinsics.Vector128.Load(w) + System.Runtime.Intrinsics.Vector128.Load(y); System.Runtime.Intrinsics.Vector128.Store(s, y);")]
    [InlineData("dense, in SIMD vectors", "var s = new System.Numerics.Vector<float>(x[0]); y[0] = System.Numerics.Vector.Dot(s, s);")]
    [InlineData("depthwise, unrolled", "y[0] = w[0] * x[0] + w[1] * x[1] + w[2] * x[2];")]
    [InlineData("dense, by instructions", "var s = System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(default(System.Runtime.Intrinsics.Vector256<float>), default, default); System.Runtime.Intrinsics.Vector256.Store(s, y);")]
    [InlineData("average pooling", "double sum = 0; for (int i = 0; i < n; i++) sum += x[i]; y[0] = (float)(sum / n);")]
    [InlineData("average pooling, by LINQ", "y[0] = new float[n].Average();")]
    [InlineData("largest of a map", "for (int i = 0; i < n; i++) y[0] = Math.Max(y[0], x[i]);")]
    [InlineData("gate of squeeze-excite", "for (int i = 0; i < n; i++) y[i] = x[i] / (1 + MathF.Exp(-x[i]));")]
    [InlineData("relu6", "for (int i = 0; i < n; i++) y[i] = Math.Clamp(x[i], 0f, 6f);")]
    [InlineData("residual", "for (int i = 0; i < n; i++) y[i] += x[i];")]
    public void The_scan_sees_every_kind_of_network_arithmetic(string kind, string statements) =>
        ScanStatements(statements).ShouldNotBeEmpty(kind);

    [Theory]
    [InlineData("folding batch norm", "double scale = w[0] / Math.Sqrt(w[1] + 1e-3); for (int i = 0; i < n; i++) y[i] = (float)(x[i] * scale);")]
    [InlineData("folding batch norm into a bias", "for (int i = 0; i < n; i++) y[i] = (float)(w[0] + (x[i] - w[1]) * (double)w[2]);")]
    [InlineData("widening half floats", "var v = (System.Runtime.Intrinsics.Vector128.Create(1u) << 13); System.Runtime.Intrinsics.Vector128.Store(System.Runtime.Intrinsics.Vector128.AsSingle(v) * System.Runtime.Intrinsics.Vector128.Create(2f), y);")]
    [InlineData("counting and indexing", "int at = 0; for (int i = 0; i < n; i++) { at += 16; y[at] = x[i]; } at = Math.Max(at, n);")]
    [InlineData("asking the processor", "bool wide = System.Runtime.Intrinsics.X86.Avx512F.VL.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;")]
    public void The_scan_lets_pass_what_is_none(string kind, string statements) =>
        ScanStatements(statements).ShouldBeEmpty(kind);

    [Fact]
    public void Runtime_holds_no_convolution_pooling_squeeze_excite_or_dense_code()
    {
        IReadOnlyList<(string Path, string Text)> sources = Repository.Sources("src", "Runtime");
        sources.Select(source => Path.GetFileName(source.Path)).ShouldContain("Session.cs");
        ArithmeticScan.Run(InMemoryCompilation.Create("Runtime", sources, LanguageVersion.Latest, implicitUsings: true))
            .Where(found => !FoldingOfBatchNorm.Any(folding => found.StartsWith("Weights", StringComparison.Ordinal) && found.EndsWith(folding, StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_scan_sees_the_arithmetic_of_generated_code()
    {
        IReadOnlyList<string> found = ArithmeticScan.Run(GeneratedAssembly.Compile(RandomSpecs.Of(7)));
        foreach (string kernel in new[] { "Pointwise", "Depthwise", "Stem", "SqueezeExcite", "Head" })
        {
            found.ShouldContain(line => line.Contains(kernel, StringComparison.Ordinal), kernel);
        }
    }

    private static IReadOnlyList<string> ScanStatements(string statements)
    {
        string text = $$"""static unsafe class C { static void M(float* x, float* w, float* y, int n) { {{statements}} } }""";
        CSharpCompilation compilation = InMemoryCompilation.Create("Sample", [("Sample.cs", text)], LanguageVersion.Latest, implicitUsings: true);
        return ArithmeticScan.Run(compilation);
    }
}
