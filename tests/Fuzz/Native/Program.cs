using EfficientNet.Fuzz.Native;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Targets;

// First of all: whatever was instrumented writes there.
AflRuntime.ShareMap();
switch (args)
{
    case ["parsers"]:
        foreach (Target target in Parsers.All()) Console.WriteLine(target.Name);
        return 0;
    case ["seeds", string parser, string scratch, string folder]:
        Try(Named(parser), scratch, Seeds.Written(Named(parser), folder));
        return 0;
    case ["read", string parser, string scratch, string file]:
        Try(Named(parser), scratch, AflRuntime.Inputs(file));
        return 0;
    default:
        Console.Error.WriteLine("parsers | seeds PARSER SCRATCH FOLDER | read PARSER SCRATCH FILE");
        return 2;
}

static Target Named(string parser) => Parsers.All().First(target => target.Name == parser);

static void Try(Target target, string scratch, IEnumerable<byte[]> inputs)
{
    using var input = new FuzzInput(scratch);
    var judge = new Judge(target, input);
    judge.Prepare(Corpus.Of(target.Format));
    foreach (byte[] bytes in inputs)
    {
        // What AFL++ takes for a crash; what it says is for who gives it the file again.
        if (judge.Of(bytes).Finding is { } finding) Environment.FailFast($"{target.Name}: {finding}");
    }
}
