using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Emission.Snapshots.Support;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Emission.Snapshots;

/// <summary>A tiny network as its user and as its reader see it, and B0 as a table of files.</summary>
public class NetworkSnapshots
{
    /// <summary>Stem, a block with squeeze-excite, one with a residual, head and classifier.</summary>
    private const string Tiny = """
        {
          "name": "Tiny", "resolution": 32, "classes": 5,
          "stages": [ { "kernel": 3, "stride": 1, "expansion": 1, "channels": 16, "repeats": 1 },
                      { "kernel": 5, "stride": 2, "expansion": 4, "channels": 24, "repeats": 2 } ]
        }
        """;

    /// <summary>A network whose last blocks have so many more weights than values that a batch goes through them step by step.</summary>
    private const string Heavy = """
        {
          "name": "Heavy", "resolution": 32, "classes": 5,
          "stages": [ { "kernel": 3, "stride": 2, "expansion": 1, "channels": 16, "repeats": 1 },
                      { "kernel": 3, "stride": 2, "expansion": 6, "channels": 96, "repeats": 1 },
                      { "kernel": 5, "stride": 2, "expansion": 6, "channels": 160, "repeats": 2 } ]
        }
        """;

    [Fact]
    public void Surface() => Accepted.Match(NetworkCompiler.WriteSurface(Plan()).Single().Text);

    [Fact]
    public void Forward()
    {
        var writer = new SourceWriter();
        ForwardSchedule.Write(writer, Plan(), VectorIsa.Avx2);
        Accepted.Match(writer.ToString());
    }

    [Fact]
    public void Forward_step_by_step()
    {
        CompiledPlan plan = Plan(Heavy);
        plan.Execution.IsStepwise.ShouldBeTrue();
        var writer = new SourceWriter();
        ForwardSchedule.Write(writer, plan, VectorIsa.Avx512);
        Accepted.Match(writer.ToString());
    }

    /// <summary>A changed hash must be explained; what changed is seen in the tiny kernels.</summary>
    [Fact]
    public void B0()
    {
        IReadOnlyList<GeneratedFile> files = GeneratedCode.FilesOf(Specs.Valid(Specs.B0));
        var table = new StringBuilder();
        table.Append(Row("file", "lines", "characters", "kernels", "sha256"));
        foreach (GeneratedFile file in files)
        {
            string text = EfficientNet.Testing.Snapshot.WithoutVersion(file.Text);
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            table.Append(Row(file.HintName, Number(text.Count(c => c == '\n')), Number(text.Length), Number(text.Split("private static void ").Length - 1), hash));
        }

        Accepted.Match(table.ToString(), "txt");
    }

    private static CompiledPlan Plan(string spec = Tiny) => NetworkCompiler.Plan(Specs.Valid(spec), CancellationToken.None);

    private static string Row(string file, string lines, string characters, string kernels, string hash) => $"{file,-48}{lines,8}{characters,12}{kernels,9}  {hash}\n";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
