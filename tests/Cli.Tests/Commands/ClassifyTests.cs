using System.Text.Json;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

public class ClassifyTests
{
    // float16 keeps 11 bits of each weight; JPEG decoders may differ from libjpeg by a level or two.
    private const double Float16Tolerance = 5e-3;
    private const double PngTolerance = 1e-4;
    private const double JpegTolerance = 2e-3;

    [SharedFact]
    public async Task The_weights_inside_see_in_every_sample_photo_what_timm_sees()
    {
        ProgramRun run = await ProgramRun.Of("classify", Repository.Photos, "--json");
        run.ShouldSucceed();
        CheckAgainstTimm(run, _ => Float16Tolerance);
    }

    [SharedFact]
    public async Task The_float32_weights_give_timms_probabilities()
    {
        string weights = SharedFolder.File("weights", "tf_efficientnet_lite0.safetensors");
        ProgramRun run = await ProgramRun.Of("classify", Repository.Photos, "--json", "--weights", weights, "--network", "efficientnetLITE0");
        run.ShouldSucceed();
        CheckAgainstTimm(run, file => file.EndsWith(".jpg", StringComparison.Ordinal) ? JpegTolerance : PngTolerance);
    }

    [Fact]
    public async Task A_json_line_has_the_promised_keys_in_their_order()
    {
        string photo = Repository.Photo("coffee.png");
        ProgramRun run = await ProgramRun.Of("classify", photo, "--json", "--top", "2");
        string line = run.ShouldSucceed().OutputLines.ShouldHaveSingleItem();
        using var document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        root.EnumerateObject().Select(property => property.Name).ShouldBe(["file", "network", "top", "milliseconds"]);
        root.GetProperty("file").GetString().ShouldBe(photo);
        root.GetProperty("network").GetString().ShouldBe("EfficientNetLite0");
        root.GetProperty("milliseconds").GetDouble().ShouldBeGreaterThan(0);
        JsonElement top = root.GetProperty("top");
        top.GetArrayLength().ShouldBe(2);
        foreach (JsonElement entry in top.EnumerateArray())
        {
            entry.EnumerateObject().Select(property => property.Name).ShouldBe(["class", "label", "probability"]);
        }

        top[0].GetProperty("class").GetInt32().ShouldBe(967);
        top[0].GetProperty("label").GetString().ShouldBe("espresso");
    }

    [Fact]
    public async Task Batches_and_threads_change_nothing_but_the_time()
    {
        ProgramRun single = await ProgramRun.Of("classify", Repository.Photos, "--json", "--threads", "1");
        ProgramRun batched = await ProgramRun.Of("classify", Repository.Photos, "--json", "--threads", "2", "--batch", "3");
        WithoutTime(batched.ShouldSucceed()).ShouldBe(WithoutTime(single.ShouldSucceed()));
    }

    [Fact]
    public async Task People_get_a_table_with_every_photo_label_and_probability()
    {
        ProgramRun run = await ProgramRun.Of("classify", Repository.Photo("coffee.png"), Repository.Photo("rocket.jpg"), "--top", "1");
        string[] lines = run.ShouldSucceed().OutputLines;
        lines.ShouldContain(line => line.Contains("coffee.png") && line.Contains(" espresso ") && line.Contains("95."));
        lines.ShouldContain(line => line.Contains("rocket.jpg") && line.Contains(" missile ") && line.Contains("27."));
    }

    [Fact]
    public async Task Every_class_can_be_asked_for_and_probabilities_sum_to_one()
    {
        ProgramRun run = await ProgramRun.Of("classify", Repository.Photo("chelsea.png"), "--json", "--top", "5000");
        using var document = JsonDocument.Parse(run.ShouldSucceed().Output);
        (int Class, string Label, double Probability)[] top = ExpectedPhotos.Top(document.RootElement.GetProperty("top"));
        top.Select(entry => entry.Class).Order().ShouldBe(Enumerable.Range(0, 1000));
        top.Select(entry => entry.Probability).ShouldBeInOrder(SortDirection.Descending);
        top.Sum(entry => entry.Probability).ShouldBe(1, 1e-4);
    }

    [Fact]
    public async Task Labels_may_come_from_a_file()
    {
        using var folder = new TemporaryFolder();
        string labels = folder["labels.txt"];
        File.WriteAllLines(labels, Enumerable.Range(0, 1000).Select(index => $"[{index}] \"käse\""));
        ProgramRun json = await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--json", "--labels", labels);
        json.ShouldSucceed().Output.ShouldContain("[967] \\\"käse\\\"");
        ProgramRun table = await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--labels", labels);
        table.ShouldSucceed().Output.ShouldContain("[967] \"käse\"");
    }

    private static void CheckAgainstTimm(ProgramRun run, Func<string, double> tolerance)
    {
        IReadOnlyDictionary<string, (int Class, string Label, double Probability)[]> expected = ExpectedPhotos.Read();
        run.OutputLines.Length.ShouldBe(expected.Count);
        foreach (string line in run.OutputLines)
        {
            using var document = JsonDocument.Parse(line);
            string file = Path.GetFileName(document.RootElement.GetProperty("file").GetString()!);
            var top = ExpectedPhotos.Top(document.RootElement.GetProperty("top"));
            top.Select(entry => (entry.Class, entry.Label)).ShouldBe(expected[file].Select(entry => (entry.Class, entry.Label)), file);
            for (int i = 0; i < top.Length; i++)
            {
                top[i].Probability.ShouldBe(expected[file][i].Probability, tolerance(file), $"{file}: {top[i].Label}");
            }
        }
    }

    private static string[] WithoutTime(ProgramRun run) => run.OutputLines.Select(line => line[..line.IndexOf(",\"milliseconds\"", StringComparison.Ordinal)]).ToArray();
}
