using System.CommandLine;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Cli.Tensors;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet run</c>: raw tensors in, raw tensors out, and on request everything in between.</summary>
internal sealed class RunCommand
{
    // Images of one pass: few enough that Ctrl-C is noticed and the bar moves.
    private const int ImagesOfPass = 8;

    private readonly Terminal _terminal;
    private readonly Option<NetworkEntry> _network = SharedOptions.Network("The network.");
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<string> _input = new("--input")
    {
        HelpName = "FILE.safetensors",
        Description = "Holds the tensor 'input', [N, 3, H, W], normalised.",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        HelpName = "FILE.safetensors",
        Description = "Receives the tensor 'logits', [N, classes].",
        Required = true,
    };

    private readonly Option<string> _dump = new("--dump")
    {
        HelpName = "FOLDER",
        Description = "Receives the output of the stem, of every block and of the head, and the pooled features: a file NAME.safetensors with a tensor NAME, NCHW, for each.",
    };

    private readonly Option<int> _threads = SharedOptions.Threads();

    private RunCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new RunCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("run", "Computes logits, and on request the maps between blocks, of raw tensors.") { _network, _weights, _input, _output, _dump, _threads };
        _network.Required = true;
        command.RequireWeights(_network, _weights);
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        NetworkEntry entry = parsed.GetRequiredValue(_network);
        NetworkDescription description = entry.Description;
        string output = parsed.GetRequiredValue(_output);
        OutputFile.ThrowIfInput(output, parsed.GetValue(_weights), parsed.GetRequiredValue(_input));
        string? folder = parsed.GetValue(_dump);
        string[] maps = folder is null ? [] : [.. MapDump.Files(folder, description)];
        if (maps.Any(map => OutputFile.IsSame(map, output)))
            throw new CommandFailureException($"{output}: --dump writes a map of the network there: expected another file for the logits");
        foreach (string map in maps) OutputFile.ThrowIfInput(map, parsed.GetValue(_weights), parsed.GetRequiredValue(_input));
        OutputFile.ThrowIfNowhere(output, folder);
        InputTensor input = InputTensor.Read(parsed.GetRequiredValue(_input), description);
        if (folder is not null) MapDump.ThrowIfTooLarge(description, input.Images);

        using CompiledNetwork network = entry.Load(parsed.GetValue(_weights), _terminal);
        using Session session = network.CreateSession(parsed.GetValue(_threads), Math.Min(input.Images, ImagesOfPass));
        if (folder is not null) FileReason.Writing(folder, () => Directory.CreateDirectory(folder));

        float[] logits = [];
        MapDump? dump = null;
        _terminal.WithProgress("run", input.Images, step => logits = Logits(session, input, step, interrupted));
        if (folder is not null) _terminal.WithProgress("dump", input.Images, step => dump = Dump(session, input, step, interrupted));

        var tensor = new SafetensorsTensor("logits", [input.Images, network.KnownClasses], logits);
        FileReason.Writing(output, () => SafetensorsWriter.Write(output, [tensor], OutputMetadata.Of(description)));
        dump?.Write(folder!);
        return ExitCode.Success;
    }

    private static float[] Logits(Session session, InputTensor input, Action step, CancellationToken interrupted)
    {
        // A file that was trained for fewer classes than the network has knows no others.
        int classes = session.Network.Network.Classes, known = session.Network.KnownClasses;
        int image = input.Values.Length / input.Images;
        float[] pass = new float[session.MaximumBatch * classes];
        float[] logits = new float[checked(input.Images * known)];
        for (int first = 0; first < input.Images; first += session.MaximumBatch)
        {
            interrupted.ThrowIfCancellationRequested();
            int images = Math.Min(session.MaximumBatch, input.Images - first);
            session.Forward(input.Values.AsSpan(first * image, images * image), pass.AsSpan(0, images * classes));
            for (int i = 0; i < images; i++)
            {
                pass.AsSpan(i * classes, known).CopyTo(logits.AsSpan((first + i) * known));
                step();
            }
        }
        return logits;
    }

    private static MapDump Dump(Session session, InputTensor input, Action step, CancellationToken interrupted)
    {
        int image = input.Values.Length / input.Images;
        var dump = new MapDump(session.Network.Network, input.Images);
        for (int index = 0; index < input.Images; index++)
        {
            interrupted.ThrowIfCancellationRequested();
            dump.Add(session, index, input.Values.AsSpan(index * image, image));
            step();
        }
        return dump;
    }
}
