using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>Training as a user does it: digits from MNIST's files, photos from folders, interrupted, killed, resumed, judged, classified.</summary>
public class TrainTests
{
    private static readonly int[] Interrupts = [Signals.Terminate, .. new[] { Signals.Interrupt, Signals.HangUp }.Where(signal => !Signals.IsIgnored(signal))];

    private static string Digits => SharedFolder.File("data", "mnist");

    [SharedFact]
    public async Task Digits_are_learned_judged_and_classified()
    {
        using var folder = new TemporaryFolder();
        string output = folder["run"];
        ProgramRun train = await ProgramRun.Of("train", "--network", "digits", "--idx", Digits, "--epochs", "2", "--batch", "64", "--output", output);
        train.Errors.ShouldBeEmpty();
        train.ExitCode.ShouldBe(0);
        train.OutputLines.ShouldContain("learning rate       0.002, warm-up over 50 steps, cosine to 0");
        train.OutputLines[^1].ShouldBe($"done: {Path.Combine(output, "best.safetensors")}, {Path.Combine(output, "report.html")}");

        ProgramRun evaluate = await ProgramRun.Of("evaluate", "--network", "digits", "--weights", Path.Combine(output, "best.safetensors"), "--idx", Digits, "--json");
        evaluate.Errors.ShouldBeEmpty();
        JsonElement judged = JsonDocument.Parse(evaluate.Output).RootElement;
        judged.GetProperty("images").GetInt32().ShouldBe(2000);
        judged.GetProperty("top1").GetDouble().ShouldBeGreaterThan(0.94);
        judged.GetProperty("loss").GetDouble().ShouldBeInRange(0.01, 1);
        judged.GetProperty("confusion").EnumerateArray().Sum(row => row.EnumerateArray().Sum(count => count.GetInt32())).ShouldBe(2000);
        train.Output.ShouldContain($"validation right {judged.GetProperty("top1").GetDouble():0.00%}, the best so far");
    }

    [Fact]
    public async Task Photos_in_folders_fine_tune_the_pretrained_network_which_then_classifies()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "stripes", (x, y) => x / 16 % 2 == 0, 6);
        Pictures.Write(folder, "rings", (x, y) => ((x - 112) * (x - 112) + (y - 112) * (y - 112)) / 1500 % 2 == 0, 6);
        string output = folder["run"], weights = Path.Combine(output, "best.safetensors");
        ProgramRun train = await ProgramRun.Of(
            "train", "--network", "EfficientNetLite0", "--data", folder["data"], "--weights", "inside", "--freeze", "body", "--epochs", "4", "--batch", "4", "--lr", "0.02", "--augment", "none", "--output", output);
        train.ErrorLines.ShouldHaveSingleItem().ShouldContain("its classifier is for another number of classes than 2; a new one is trained");
        train.ExitCode.ShouldBe(0);
        train.OutputLines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)).ShouldBe(4);

        ProgramRun classify = await ProgramRun.Of("classify", "--network", "EfficientNetLite0", "--weights", weights, Path.Combine(folder["data"], "rings", "0.png"), "--json");
        classify.Errors.ShouldBeEmpty();
        JsonElement[] top = JsonDocument.Parse(classify.Output).RootElement.GetProperty("top").EnumerateArray().ToArray();
        top.Select(prediction => prediction.GetProperty("label").GetString()).ShouldBe(["rings", "stripes"], ignoreOrder: true);
        top[0].GetProperty("label").GetString().ShouldBe("rings");

        // Other names for as many classes as these weights know.
        string names = folder.Write("names.txt", "circles\nlines\n"u8.ToArray()), renamed = folder["renamed.safetensors"];
        (await ProgramRun.Of("convert", weights, "--network", "EfficientNetLite0", "--labels", names, "--output", renamed)).ShouldSucceed();
        (await ProgramRun.Of("classify", "--network", "EfficientNetLite0", "--weights", renamed, Path.Combine(folder["data"], "rings", "0.png"))).ShouldSucceed().Output.ShouldContain("circles");
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", weights, "--labels", names, "--output", folder["two.onnx"])).ShouldSucceed();
        (await ProgramRun.Of("export", "EfficientNetLite0", "--weights", weights, "--labels", folder.Write("three.txt", "a\nb\nc\n"u8.ToArray()), "--output", folder["three.onnx"]))
            .ShouldFail(1, "3 lines for 2 classes");

    }

    [Fact]
    public async Task Tables_of_one_or_of_many_labels_are_learned_and_judged()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "stripes", (x, y) => x / 16 % 2 == 0, 6);
        Pictures.Write(folder, "bars", (x, y) => y / 16 % 2 == 0, 6);
        IEnumerable<(string File, string Label)> images = new[] { "stripes", "bars" }.SelectMany(label => Enumerable.Range(0, 6).Select(number => ($"data/{label}/{number}.png", label)));
        string one = folder.Write("one.csv", Encoding.UTF8.GetBytes(string.Join('\n', images.Select(image => $"{image.File},{image.Label}").Prepend("file,label"))));
        string many = folder.Write("many.csv", Encoding.UTF8.GetBytes(string.Join('\n', images.Select(image => $"{image.File},{image.Label}|image").Prepend("file,labels"))));
        foreach ((string table, string score) in ((string, string)[])[(one, "top1"), (many, "meanAveragePrecision")])
        {
            string output = folder[$"run of {Path.GetFileName(table)}"];
            ProgramRun train = await ProgramRun.Of(
                "train", "--network", "digits", "--csv", table, "--validation", table, "--epochs", "30", "--batch", "6", "--augment", "none,jitter", "--histograms", "--output", output);
            train.Errors.ShouldBeEmpty();
            train.OutputLines.ShouldContain("augmentation        none,jitter: brightness 0.4, contrast 0.4, saturation 0.4, hue 0");
            ProgramRun evaluate = await ProgramRun.Of("evaluate", "--network", "digits", "--weights", Path.Combine(output, "best.safetensors"), "--csv", table, "--json");
            JsonElement judged = JsonDocument.Parse(evaluate.Output).RootElement;
            judged.GetProperty(score).GetDouble().ShouldBeGreaterThan(0.9, evaluate.Output);
            JsonElement bars = judged.GetProperty("classes")[0];
            (bars.GetProperty("label").GetString(), bars.GetProperty("images").GetInt32()).ShouldBe(("bars", 6));
            bars.TryGetProperty("averagePrecision", out _).ShouldBe(table == many);
            (await ProgramRun.Of("evaluate", "--network", "digits", "--weights", Path.Combine(output, "best.safetensors"), "--csv", table)).ShouldSucceed()
                .OutputLines[^1].ShouldStartWith(table == many ? "12 images: mean average precision " : "12 images: top-1 ");

            string last = Path.Combine(output, "last.safetensors");
            // What every image shows leaves room for what this one shows besides only where each class has a probability by itself.
            ProgramRun classify = await ProgramRun.Of("classify", "--network", "digits", "--weights", last, Path.Combine(folder["data"], "bars", "0.png"), "--top", "2", "--json");
            JsonElement[] top = JsonDocument.Parse(classify.ShouldSucceed().Output).RootElement.GetProperty("top").EnumerateArray().ToArray();
            top.Select(prediction => prediction.GetProperty("label").GetString()).ShouldBe(table == many ? ["bars", "image"] : ["bars", "stripes"], ignoreOrder: true);
            top.Count(prediction => prediction.GetProperty("probability").GetDouble() > 0.5).ShouldBe(table == many ? 2 : 1, classify.Output);
            (await ProgramRun.Of("inspect", "digits", "--weights", last)).ShouldSucceed().Output
                .ShouldContain(table == many ? "show any number of classes: a sigmoid each" : "show one class each: softmax");
        }
    }

    [SharedFact]
    public async Task A_handful_of_crops_for_each_class_tells_held_out_crops_apart()
    {
        const int Side = 224, Learned = 5, Judged = 6;
        string[] photos = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"];
        using var folder = new TemporaryFolder();
        foreach (string photo in photos)
        {
            Imaging.Image whole = Imaging.Image.Load(SharedFolder.Photo(photo));
            for (int number = 0; number < Learned + Judged; number++)
            {
                // Around the middle, where the thing is: corners of a photo may show what is in another one's too. Crops share pixels, none are the same.
                int left = Near((whole.Width - Side) / 2, number * 37), top = Near((whole.Height - Side) / 2, number * 23);
                using var png = new MemoryStream();
                whole.Crop(left, top, Side, Side).WritePng(png);
                folder.Write(Path.Combine("data", number < Learned ? "train" : "val", Path.GetFileNameWithoutExtension(photo), $"{number}.png"), png.ToArray());
            }
        }

        static int Near(int middle, int number) => middle + number % (2 * Math.Min(middle, 60)) - Math.Min(middle, 60);

        string output = folder["run"];
        ProgramRun train = await ProgramRun.Of(
            "train", "--network", "EfficientNetLite0", "--data", folder["data"], "--weights", "inside", "--freeze", "body", "--epochs", "8", "--batch", "10", "--augment", "none", "--output", output);
        train.ExitCode.ShouldBe(0, train.Errors);
        ProgramRun evaluate = await ProgramRun.Of("evaluate", "--network", "EfficientNetLite0", "--weights", Path.Combine(output, "best.safetensors"), "--data", folder["data"], "--json");
        JsonElement judged = JsonDocument.Parse(evaluate.Output).RootElement;
        judged.GetProperty("images").GetInt32().ShouldBe(photos.Length * Judged);
        judged.GetProperty("top1").GetDouble().ShouldBeGreaterThanOrEqualTo(0.95, evaluate.Output + train.Output);
        // The second of two commands: the file that training wrote names what is in a photo.
        ProgramRun classify = await ProgramRun.Of("classify", "--network", "EfficientNetLite0", "--weights", Path.Combine(output, "best.safetensors"), SharedFolder.Photo("coffee.png"), "--json");
        JsonDocument.Parse(classify.Output).RootElement.GetProperty("top")[0].GetProperty("label").GetString().ShouldBe("coffee");
    }

    [SharedFact]
    public async Task Signals_write_a_checkpoint_and_end_well_and_resuming_gives_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        string[] Command(string output, params string[] more) =>
            ["train", "--network", "digits", "--idx", Digits, "--epochs", "1", "--batch", "32", "--no-check", "--checkpoint-every", "40", "--output", output, .. more];
        (await ProgramRun.Of(Command(folder["straight"]))).ExitCode.ShouldBe(0);
        byte[] expected = await File.ReadAllBytesAsync(Path.Combine(folder["straight"], "last.safetensors"));
        foreach (int signal in Interrupts)
        {
            string output = folder[$"signal {signal}"];
            ProgramRun stopped = await StoppedRun.Of(Command(output), output, signal);
            stopped.ExitCode.ShouldBe(0, stopped.Errors);
            stopped.OutputLines[^1].ShouldStartWith("interrupted at step ");
            (await ProgramRun.Of(Command(output, "--resume"))).ExitCode.ShouldBe(0);
            (await File.ReadAllBytesAsync(Path.Combine(output, "last.safetensors"))).ShouldBe(expected, $"signal {signal}");
        }

        string killed = folder["killed"];
        await StoppedRun.Of(Command(killed), killed, Signals.Kill);
        ProgramRun again = await ProgramRun.Of(Command(killed, "--resume", "--threads", "1"));
        again.ExitCode.ShouldBe(0, again.Errors);
        (await File.ReadAllBytesAsync(Path.Combine(killed, "last.safetensors"))).ShouldBe(expected);
    }

    /// <summary>A shell in a pseudoterminal, whose other end is killed: what the program writes to it fails from then on.</summary>
    [SharedFact]
    public async Task A_run_whose_terminal_is_gone_writes_a_checkpoint_and_under_nohup_goes_on()
    {
        if (!OperatingSystem.IsLinux() || Signals.IsIgnored(Signals.HangUp)) return;
        using var folder = new TemporaryFolder();
        foreach (bool ignored in new[] { false, true })
        {
            string output = folder[$"ignored {ignored}"], code = folder[$"code {ignored}"];
            string command = string.Join(' ', ProgramRun.CommandOf(
                "train", "--network", "digits", "--idx", Digits, "--epochs", "1", "--batch", "32", "--no-check", "--checkpoint-every", "40", "--output", output).Select(text => $"'{text}'"));
            // The outer shell ends with its terminal, and whatever runs in its foreground is told. The inner one answers that and waits for the program, which does not
            // inherit the answer; what is ignored it does inherit.
            string shells = $"(trap '{(ignored ? "" : ":")}' HUP; {command}; echo $? > '{code}'); :";
            using Process script = Process.Start(
                new ProcessStartInfo("script", ["--quiet", "--command", shells, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Task<string> said = script.StandardOutput.ReadToEndAsync();
            await StoppedRun.FirstCheckpoint(script, output);
            script.Kill();
            await said;
            for (int tries = 0; !(File.Exists(code) && (await File.ReadAllTextAsync(code)).Length > 0); tries++)
            {
                tries.ShouldBeLessThan(6000, "the program has to end by itself");
                await Task.Delay(10);
            }

            (await File.ReadAllTextAsync(code)).ShouldBe("0\n");
            File.Exists(Path.Combine(output, "last.safetensors")).ShouldBe(ignored, "only a run that went on to its end has weights of its last step");
        }
    }

    /// <summary>An image that is a pipe: whoever reads it waits, and cannot look whether it is interrupted.</summary>
    [Fact]
    public async Task A_second_signal_ends_at_once_what_the_first_one_waits_for()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "a", (x, y) => x > y, 2);
        Pictures.Write(folder, "b", (x, y) => x < y, 2);
        string pipe = Path.Combine(folder["data"], "b", "pipe.png");
        using (Process made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync();
        using Process process = ProgramRun.Start(new Dictionary<string, string>(), "train", "--network", "digits", "--data", folder["data"], "--output", folder["run"]);
        Task<string> said = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        // Opens once the program reads it.
        await using FileStream open = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write));
        await Signalled();
        process.HasExited.ShouldBeFalse();
        // Two that come together count as one, however long a busy machine leaves the first undelivered.
        while (!process.HasExited) await Signalled();
        (await ProgramRun.Finish(process, said, errors)).ExitCode.ShouldBe(130);

        async Task Signalled()
        {
            Signals.Send(process, Signals.Terminate);
            await Task.Delay(500);
        }
    }

    /// <summary>What a run began with is in its checkpoints: the file may be gone.</summary>
    [Fact]
    public async Task A_run_goes_on_without_the_weights_that_it_began_with()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "light", (_, _) => true, 3);
        Pictures.Write(folder, "dark", (_, _) => false, 3);
        string[] command = ["train", "--network", "digits", "--data", folder["data"], "--epochs", "1", "--batch", "2"];
        (await ProgramRun.Of([.. command, "--output", folder["first"]])).ShouldSucceed();
        string weights = Path.Combine(folder["first"], "best.safetensors");
        string[] second = [.. command, "--weights", weights, "--output", folder["second"]];
        (await ProgramRun.Of(second)).ShouldSucceed();
        File.Delete(weights);
        (await ProgramRun.Of([.. second, "--resume"])).ShouldSucceed();
        // Without a run to go on with it is missed, and that before an image is read.
        ProgramRun missed = await ProgramRun.Of([.. command, "--weights", weights, "--output", folder["third"]]);
        missed.ExitCode.ShouldBe(1);
        missed.ErrorLines.ShouldHaveSingleItem().ShouldContain(weights);
    }

    [Fact]
    public async Task A_run_does_not_begin_where_its_folder_would_be_a_class()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "a", (x, y) => x > y, 2);
        Pictures.Write(folder, "b", (x, y) => x < y, 2);
        foreach (string output in new[] { Path.Combine(folder["data"], "run"), folder["data"] })
        {
            ProgramRun run = await ProgramRun.Of("train", "--network", "digits", "--data", folder["data"], "--output", output);
            run.ExitCode.ShouldBe(1);
            run.ErrorLines.ShouldHaveSingleItem().ShouldBe($"efficientnet: {output}: lies in {folder["data"]}, where every folder is a class: expected a folder outside of it");
        }

        Directory.GetDirectories(folder["data"]).Select(Path.GetFileName).ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_wrong_is_said_before_anything_is_trained()
    {
        using var folder = new TemporaryFolder();
        Pictures.Write(folder, "a", (x, y) => x > y, 2);
        Pictures.Write(folder, "b", (x, y) => x < y, 2);
        foreach (string part in new[] { "train", "val" })
        {
            foreach (string label in new[] { "a", "b" }) folder.Write(Path.Combine("parts", part, label, "1.png"), File.ReadAllBytes(Repository.Photo("coffee.png")));
        }

        string broken = folder.Write(Path.Combine("data", "b", "broken.png"), "no image"u8.ToArray());
        (string[] Arguments, int ExitCode, string Said)[] cases =
        [
            (["--network", "EfficientNetB1", "--data", folder["data"]], 2, "EfficientNetB1 is compiled without its backward pass: EfficientNetB0, EfficientNetLite0, EfficientNetV2B0, Digits have one."),
            (["--network", "digits"], 2, "train takes one of --data, --csv and --idx, and none is given."),
            (["--network", "digits", "--data", folder["data"], "--idx", folder["data"]], 2, "not --data and --idx."),
            (["--network", "digits", "--data", folder["data"], "--recipe", "papr"], 2, "--recipe does not take 'papr': did you mean 'paper'?"),
            (["--network", "digits", "--data", folder["data"], "--augment", "blur"], 2, "--augment does not take 'blur': expected one of none, standard, strong, drawings, crop, flip, "),
            (["--network", "digits", "--data", folder["data"], "--augment", "standard,jiter"], 2, "--augment does not take 'jiter' there: did you mean 'jitter'?"),
            (["--network", "digits", "--data", folder["data"], "--augment", "crop,strong"], 2, "--augment does not take 'strong' there: expected one of crop, flip, "),
            (["--network", "digits", "--data", folder["data"], "--validation", folder["data"], "--validation-share", "0.1"], 2,
                "--validation-share is a part of the images to learn from: leave it out where --validation names others."),
            (["--network", "digits", "--data", folder["parts"], "--validation-share", "0.1"], 1,
                $"--validation-share is a part of the images to learn from: leave it out where there are others to judge by ({folder["parts", "val"]})"),
            (["--network", "digits", "--data", folder["nowhere"]], 1, $"{folder["nowhere"]}: "),
            (["--network", "digits", "--data", folder["data"]], 1, broken),
            (["--network", "digits", "--data", folder["data"], "--no-check", "--freeze", "neck"], 1, "--freeze neck: Digits has no such part before its head; its parts are stem, "),
            (["--network", "digits", "--data", folder["data"], "--no-check", "--batch", "64"], 1, "fewer than one update takes (64): make the batch smaller"),
        ];
        ProgramRun unwritable = await ProgramRun.Of("train", "--network", "digits", "--data", folder["data"], "--no-check", "--batch", "2", "--output", Path.Combine(broken, "run"));
        unwritable.ExitCode.ShouldBe(1);
        unwritable.ErrorLines.ShouldBe([$"efficientnet: {Path.Combine(broken, "run")}: {broken} is a file: expected a folder"]);
        // Before the images, of which one is broken, are looked at.
        string taken = folder["taken"];
        folder.Write(Path.Combine("taken", "best.safetensors"), "another run's"u8.ToArray());
        ProgramRun over = await ProgramRun.Of("train", "--network", "digits", "--data", folder["data"], "--output", taken);
        over.ErrorLines.ShouldBe([$"efficientnet: {taken}: holds a run without its checkpoints, from which it could go on: name another folder"]);
        Directory.EnumerateFiles(taken).ShouldHaveSingleItem();
        ProgramRun unknown = await ProgramRun.Of(
            new Dictionary<string, string> { ["EFFICIENTNET_ISA"] = "mmx" }, "train", "--network", "digits", "--data", folder["data"], "--output", folder["run"]);
        unknown.ShouldFail(1, "EFFICIENTNET_ISA is 'mmx'");
        Directory.Exists(folder["run"]).ShouldBeFalse();
        foreach ((string[] arguments, int exitCode, string said) in cases)
        {
            ProgramRun run = await ProgramRun.Of(["train", .. arguments, "--output", folder["run"]]);
            run.ExitCode.ShouldBe(exitCode, run.Errors);
            run.Errors.ShouldContain(said);
            run.Output.ShouldBeEmpty();
            Directory.Exists(folder["run"]).ShouldBeFalse(said);
        }
    }
}
