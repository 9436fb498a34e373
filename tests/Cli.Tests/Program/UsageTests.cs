using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Program;

public class UsageTests
{
    [Theory]
    [InlineData("", "command")]
    [InlineData("bogus", "'bogus'")]
    [InlineData("clasify photo.png", "Did you mean 'classify'?")]
    [InlineData("classify", "PHOTO")]
    [InlineData("classify photo.png --jsn", "'--jsn'", "Did you mean '--json'?")]
    [InlineData("classify photo.png --top 0", "--top", "'0'")]
    [InlineData("classify photo.png --top 1e1", "--top", "'1e1'")]
    [InlineData("classify photo.png --threads 1000", "--threads", "'1000'")]
    [InlineData("classify photo.png --batch -1", "--batch", "'-1'")]
    [InlineData("classify photo.png --weights", "--weights")]
    [InlineData("classify photo.png --network EfficientNetB0", "EfficientNetB0", "--weights")]
    [InlineData("classify photo.png --network EficientNetLite0", "'EficientNetLite0'", "did you mean 'EfficientNetLite0'?")]
    [InlineData("classify photo.png --network resnet50", "'resnet50'", "expected one of EfficientNetB0, EfficientNetB1, EfficientNetB2")]
    [InlineData("inspect EfficientnetB00", "did you mean 'EfficientNetB0'?")]
    [InlineData("inspect", "NETWORK")]
    [InlineData("run", "--network")]
    [InlineData("run --network EfficientNetLite0 --input x.safetensors", "--output")]
    [InlineData("networks all", "'all'")]
    [InlineData("benchmark EfficientNetB9", "did you mean 'EfficientNetB0'?")]
    [InlineData("benchmark --threads 1,x", "--threads", "'1,x'")]
    [InlineData("benchmark --threads 0", "--threads", "'0'")]
    [InlineData("benchmark --threads 1 --threads 2", "--threads")]
    [InlineData("benchmark --passes -1", "--passes", "'-1'")]
    [InlineData("benchmark --seconds 0", "--seconds", "'0'")]
    public async Task Wrong_usage_is_one_line_that_names_the_mistake_and_exit_code_2(string arguments, params string[] saying)
    {
        ProgramRun run = await ProgramRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        run.ShouldFail(2, [.. saying, "--help"]);
    }

    /// <summary>What a shell makes of a variable that is not set.</summary>
    [Theory]
    [InlineData("classify", "PHOTO is given an empty text.", "")]
    [InlineData("classify", "--weights is given an empty text.", "photo.png", "--weights", "")]
    [InlineData("evaluate", "--data is given an empty text.", "--data", "")]
    [InlineData("convert", "--output is given an empty text.", "w", "--output", "")]
    [InlineData("export", "--output is given an empty text.", "EfficientNetLite0", "--output", "")]
    [InlineData("run", "--input is given an empty text.", "--network", "EfficientNetLite0", "--input", "", "--output", "o")]
    [InlineData("train", "--output is given an empty text.", "--network", "digits", "--data", "d", "--output", "")]
    public async Task An_empty_text_is_wrong_usage(string command, string said, params string[] arguments)
    {
        (await ProgramRun.Of([command, .. arguments])).ShouldFail(2, said, "--help");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("classify --help")]
    [InlineData("run -h")]
    [InlineData("benchmark --help")]
    public async Task Help_is_no_error(string arguments)
    {
        ProgramRun run = await ProgramRun.Of(arguments.Split(' '));
        run.ShouldSucceed().Output.ShouldContain("efficientnet");
    }

    [Fact]
    public async Task A_photo_whose_name_begins_with_an_at_sign_is_a_photo()
    {
        (await ProgramRun.Of("classify", "@photo.png")).ShouldFail(1, "@photo.png: there is no such file");
    }
}
