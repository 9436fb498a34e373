using System.Text.Json;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

public class EvaluateTests
{
    private static readonly string Coffee = Path.Combine(Repository.Photos, "coffee.png");

    [Fact]
    public async Task Photos_in_folders_of_ImageNets_names_are_judged_by_the_network_inside()
    {
        using var folder = new TemporaryFolder();
        Copy(folder, "espresso");
        Copy(folder, "cup");
        JsonElement judged = JsonDocument.Parse((await ProgramRun.Of("evaluate", "--data", folder["data"], "--json")).ShouldSucceed().Output).RootElement;
        judged.GetProperty("images").GetInt32().ShouldBe(2);
        judged.GetProperty("top1").GetDouble().ShouldBe(0.5);
        judged.GetProperty("top5").GetDouble().ShouldBe(1);
    }

    /// <summary>A bird and a machine.</summary>
    [Fact]
    public async Task A_name_that_two_classes_have_is_refused_with_both()
    {
        using var folder = new TemporaryFolder();
        Copy(folder, "crane");
        (await ProgramRun.Of("evaluate", "--data", folder["data"]))
            .ShouldFail(1, $"{folder["data"]}: folder crane: expected a name that only one class has, found 'crane', the name of classes 134 and 517");
    }

    private static void Copy(TemporaryFolder folder, string label) => folder.Write(Path.Combine("data", label, "1.png"), File.ReadAllBytes(Coffee));
}
