using System.Runtime.CompilerServices;
using EfficientNet.Testing;
using Xunit;

public class TinyTests
{
    [Fact]
    public void The_public_surface_is_the_accepted_one()
    {
        var spec = new SpecFile("Tiny.efficientnet.json", """{ "name": "Tiny", "resolution": 32, "classes": 3, "stages": [ { "kernel": 3, "stride": 2, "expansion": 2, "channels": 16, "repeats": 1 } ] }""");
        GeneratorRun run = new GeneratorProject().Add(spec).Run();
        Assert.Empty(run.Diagnostics);
        Snapshot.Match(run.File("Tiny.g.cs"), "Tiny", Folder());
    }

    private static string Folder([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;
}
