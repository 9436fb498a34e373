using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// A trainer and a run's place in one file: safetensors with every tensor by name, the state in its metadata, and a checksum over both. Whoever opens the
/// path finds the old file or the whole new one; going on from it gives the bits that never having stopped gives.
/// </summary>
public static class Checkpoint
{
    private const string Prefix = "efficientnet.checkpoint.", FactPrefix = Prefix + "fact.";
    private const string VersionKey = Prefix + "version", NetworkKey = Prefix + "network", SpecKey = Prefix + "spec", StepKey = Prefix + "step", EpochKey = Prefix + "epoch", SeedKey = Prefix + "seed";
    private const string OptimizerKey = Prefix + "optimizer", OptimizerStepsKey = Prefix + "optimizer.steps", AverageKey = Prefix + "average", ChecksumKey = Prefix + "xxh128";
    private const string Version = "3";

    /// <summary>Writes a checkpoint: under a temporary name, flushed, then renamed.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="trainer">The trainer, between two steps.</param>
    /// <param name="average">Its moving average, or null.</param>
    /// <param name="state">Where the run is.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Trainer trainer, MovingAverage? average, RunState state)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(state);
        TrainerState all = trainer.CopyState(average);
        var said = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [VersionKey] = Version,
            [NetworkKey] = trainer.Description.Network.Name,
            [StepKey] = state.Step.ToString(CultureInfo.InvariantCulture),
            [EpochKey] = state.Epoch.ToString(CultureInfo.InvariantCulture),
            [SeedKey] = state.Seed.ToString(CultureInfo.InvariantCulture),
            [AverageKey] = average is null ? "no" : "yes",
        };
        if (trainer.Description.Network.Spec is { } spec) said[SpecKey] = spec;
        if (all.Optimizer is { } optimizer)
        {
            said[OptimizerKey] = optimizer.ToString();
            said[OptimizerStepsKey] = string.Join(',', all.OptimizerSteps.Select(steps => steps.ToString(CultureInfo.InvariantCulture)));
        }

        foreach ((string name, string value) in state.Facts) said[FactPrefix + name] = value;
        said[ChecksumKey] = Checksum(said, all.Tensors);
        SafetensorsWriter.Write(path, all.Tensors, said);
    }

    /// <summary>Reads a checkpoint into a trainer. Nothing is changed before the whole file has been checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">A trainer of the same network and as many classes.</param>
    /// <param name="average">Its moving average, or null; the file must have one just where this is not null.</param>
    /// <returns>Where the run was.</returns>
    /// <exception cref="CheckpointException">The file cannot be read, is damaged, is no checkpoint, or another network's or spec's.</exception>
    public static RunState Load(string path, Trainer trainer, MovingAverage? average)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return Take(Read(path), trainer, average);
    }

    /// <summary>Takes into a trainer what was read.</summary>
    /// <exception cref="CheckpointException">It is another network's or spec's.</exception>
    internal static RunState Take(CheckpointContent content, Trainer trainer, MovingAverage? average)
    {
        (string path, IReadOnlyDictionary<string, string> said, IReadOnlyList<SafetensorsTensor> tensors) = content;
        string network = trainer.Description.Network.Name;
        if (Said(NetworkKey) != network)
            throw new CheckpointException(path, $"is of {Said(NetworkKey)}: expected {network}");
        // Specs can differ in what no shape tells: an activation, a rate of dropout, a stride.
        if (SpecDifference.Between(said.GetValueOrDefault(SpecKey), trainer.Description.Network.Spec) is { } difference)
            throw new CheckpointException(path, $"is of another spec of {network}: {difference}");
        if (Said(AverageKey) is not ("no" or "yes"))
            throw Wrong(AverageKey, "no or yes");
        if (Said(AverageKey) != (average is null ? "no" : "yes"))
            throw new CheckpointException(path, average is null ? "has a moving average, and the run keeps none" : "has no moving average, and the run keeps one");
        OptimizerKind? optimizer = said.TryGetValue(OptimizerKey, out string? kind) ? Kind(kind) : null;
        var state = new RunState
        {
            Step = Number(StepKey, long.MaxValue),
            Epoch = (int)Number(EpochKey, int.MaxValue),
            Seed = ulong.TryParse(Said(SeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : throw Wrong(SeedKey, $"a whole number from 0 to {ulong.MaxValue}"),
            Facts = said.Where(pair => pair.Key.StartsWith(FactPrefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[FactPrefix.Length..], pair => pair.Value),
        };
        long[] optimizerSteps = optimizer is null ? [] : Numbers(OptimizerStepsKey, trainer.Description.Parts.Count);
        Dictionary<string, SafetensorsTensor> found = tensors.ToDictionary(tensor => tensor.Name);
        int expected = 0;
        foreach ((string name, IReadOnlyList<long> shape) in trainer.StateTensors(optimizer, average is not null))
        {
            expected++;
            if (!found.TryGetValue(name, out SafetensorsTensor? tensor))
                throw new CheckpointException(path, $"has no tensor {name}, which {network} needs");
            if (!tensor.Shape.SequenceEqual(shape))
                throw new CheckpointException(path, $"tensor {name} is [{string.Join(", ", tensor.Shape)}]: expected [{string.Join(", ", shape)}]");
        }

        if (expected != found.Count)
            throw new CheckpointException(path, $"has {found.Count} tensors: {network} needs {expected}");
        trainer.TakeState(new TrainerState(tensors, optimizer, optimizerSteps), average);
        return state;

        string Said(string key) => said.TryGetValue(key, out string? value) ? value : throw new CheckpointException(path, $"its metadata lack {key}");

        long Number(string key, long most) =>
            long.TryParse(Said(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most ? number : throw Wrong(key, $"a whole number from 0 to {most}");

        long[] Numbers(string key, int count)
        {
            string[] texts = Said(key).Split(',');
            var numbers = new long[texts.Length];
            bool all = texts.Length == count;
            for (int i = 0; i < texts.Length; i++) all &= long.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]);
            return all ? numbers : throw Wrong(key, $"{count} whole numbers, one for each part of {network}, with commas between");
        }

        // By its name alone: as a number or in other letters it was not written.
        OptimizerKind Kind(string name) =>
            Enum.GetValues<OptimizerKind>().Where(known => known.ToString() == name).Cast<OptimizerKind?>().FirstOrDefault() ?? throw Wrong(OptimizerKey, string.Join(", ", Enum.GetNames<OptimizerKind>()));

        CheckpointException Wrong(string key, string expected) => new(path, $"its metadata {key} are {said[key]}: expected {expected}");
    }

    /// <summary>Reads a whole file and compares its checksum.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">It cannot be read, is damaged, or is no checkpoint.</exception>
    public static void Verify(string path)
    {
        Read(path);
    }

    /// <summary>Reads a whole file and compares its checksum.</summary>
    /// <exception cref="CheckpointException">It cannot be read, is damaged, or is no checkpoint.</exception>
    internal static CheckpointContent Read(string path)
    {
        try
        {
            using WeightFile file = WeightFile.Open(path);
            if (!file.Metadata.TryGetValue(VersionKey, out string? version))
                throw new CheckpointException(path, "is no checkpoint: its metadata have no version of one");
            if (version != Version)
                throw new CheckpointException(path, $"is a checkpoint of version {version}: expected {Version}");
            List<SafetensorsTensor> tensors = file.Tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, file.ReadFloats(tensor.Name))).ToList();
            var said = file.Metadata.Where(pair => pair.Key != ChecksumKey).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            if (file.Metadata.GetValueOrDefault(ChecksumKey) != Checksum(said, tensors))
                throw new CheckpointException(path, "is damaged: its checksum is not that of its content");
            return new CheckpointContent(path, said, tensors);
        }
        catch (WeightFileException exception)
        {
            throw new CheckpointException(path, exception.Reason, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>XXH3 of 128 bits over metadata and tensors: against accidents, not against malice.</summary>
    internal static string Checksum(IReadOnlyDictionary<string, string> said, IEnumerable<SafetensorsTensor> tensors)
    {
        var hash = new XxHash128();
        foreach ((string key, string value) in said.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Add($"{key.Length} {key} {value.Length} {value}");
        foreach (SafetensorsTensor tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            Add($"{tensor.Name.Length} {tensor.Name} {string.Join(',', tensor.Shape)}");
            hash.Append(MemoryMarshal.AsBytes(tensor.Values.Span));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());

        void Add(string text) => hash.Append(Encoding.UTF8.GetBytes(text));
    }
}
