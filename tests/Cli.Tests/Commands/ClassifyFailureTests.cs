using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

public class ClassifyFailureTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    public async Task A_broken_photo_in_a_folder_is_one_line_and_does_not_stop_the_rest(string batch)
    {
        using var folder = new TemporaryFolder();
        byte[] coffee = File.ReadAllBytes(Repository.Photo("coffee.png"));
        folder.Write("a.png", coffee);
        string broken = folder.Write("b.png", coffee[..1000]);
        folder.Write("c.PNG", coffee);
        folder.Write(Path.Combine("inner", "d.jpg"), File.ReadAllBytes(Repository.Photo("rocket.jpg")));
        folder.Write("notes.txt", "no photo"u8.ToArray());
        folder.Write("._a.png", "what macOS keeps beside a file"u8.ToArray());
        folder.Write(Path.Combine(".thumbnails", "a.png"), "no photo either"u8.ToArray());

        ProgramRun run = await ProgramRun.Of("classify", folder.Root, "--json", "--top", "1", "--batch", batch);
        run.ExitCode.ShouldBe(1);
        run.ErrorLines.ShouldHaveSingleItem().ShouldStartWith($"efficientnet: {broken}: ");
        run.OutputLines.Length.ShouldBe(3);
        run.OutputLines[0].ShouldContain("a.png");
        run.OutputLines[0].ShouldContain("espresso");
        run.OutputLines[1].ShouldContain("c.PNG");
        run.OutputLines[1].ShouldContain("espresso");
        run.OutputLines[2].ShouldContain("d.jpg");
        run.OutputLines[2].ShouldContain("missile");
    }

    [Fact]
    public async Task The_table_has_the_good_photos_too()
    {
        using var folder = new TemporaryFolder();
        string missing = folder["none.png"];
        ProgramRun run = await ProgramRun.Of("classify", missing, Repository.Photo("coffee.png"));
        run.ExitCode.ShouldBe(1);
        run.ErrorLines.ShouldBe([$"efficientnet: {missing}: there is no such file"]);
        run.Output.ShouldContain("espresso");
    }

    [Fact]
    public async Task A_folder_without_photos_is_an_error()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.txt", []);
        (await ProgramRun.Of("classify", folder.Root)).ShouldFail(1, folder.Root, "no PNG or JPEG");
    }

    [Fact]
    public async Task A_file_that_is_no_photo_is_an_error_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("photo.png", "GIF89a and so on"u8.ToArray());
        (await ProgramRun.Of("classify", file)).ShouldFail(1, $"{file}: GIF is not supported");
    }

    [Fact]
    public async Task A_line_break_in_a_name_does_not_make_a_second_line()
    {
        using var folder = new TemporaryFolder();
        string file = folder["a\nb.png"];
        (await ProgramRun.Of("classify", file)).ShouldFail(1, "a?b.png: there is no such file");
    }

    [Fact]
    public async Task Weights_that_are_not_there_are_an_error_with_the_file()
    {
        using var folder = new TemporaryFolder();
        string weights = folder["none.safetensors"];
        (await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--weights", weights)).ShouldFail(1, $"{weights}: there is no such file");
    }

    [Fact]
    public async Task Weights_of_another_network_are_an_error_that_names_tensors()
    {
        string weights = Path.Combine(Repository.Photos, "..", "weights", "tf_efficientnet_lite0.fp16.safetensors");
        (await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--network", "EfficientNetB0", "--weights", weights))
            .ShouldFail(1, weights, "missing", "'blocks.0.0.se.conv_reduce.weight'");
    }

    [Fact]
    public async Task Labels_of_another_number_or_encoding_are_an_error()
    {
        using var folder = new TemporaryFolder();
        string labels = folder.Write("labels.txt", "one\ntwo\n"u8.ToArray());
        (await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--labels", labels)).ShouldFail(1, $"{labels}: 2 lines for 1000 classes");
        string none = folder["none.txt"];
        (await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--labels", none)).ShouldFail(1, $"{none}: there is no such file");
        // Nor behind the mark of UTF-8.
        foreach (byte[] mark in new byte[][] { [], [0xEF, 0xBB, 0xBF] })
        {
            string latin = folder.Write("latin.txt", [.. mark, 0x4B, 0xE4, 0x73, 0x65]);
            (await ProgramRun.Of("classify", Repository.Photo("coffee.png"), "--labels", latin)).ShouldFail(1, $"{latin}: expected UTF-8, found bytes E4");
        }
    }

    [Fact]
    public async Task An_unknown_instruction_set_is_an_error()
    {
        var environment = new Dictionary<string, string> { ["EFFICIENTNET_ISA"] = "sse9" };
        (await ProgramRun.Of(environment, "classify", Repository.Photo("coffee.png"))).ShouldFail(1, "EFFICIENTNET_ISA", "'sse9'");
    }
}
