using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;
using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Checkpoints: safetensors whose metadata say where a run was, with a checksum over both; it is put right, so that what lies behind it is tried too.</summary>
internal sealed class CheckpointFormat : SafetensorsFormat
{
    private const string Prefix = "efficientnet.checkpoint.", ChecksumKey = Prefix + "xxh128";

    private static readonly string[] Keys = ["version", "network", "step", "epoch", "seed", "optimizer", "optimizer.steps", "average", "fact.best"];

    private static readonly string[] Values =
        ["1", "2", "", "-1", "0", "9223372036854775807", "9223372036854775808", "18446744073709551616", "2147483648", "1.5", " 7", "Tiny", "Huge", "Sgd", "sgd", "AdamW", "RmsProp", "3", "yes", "no", "maybe", "\n"];

    private readonly Lazy<byte[][]> _seeds = new(SavedByTrainers);

    public override string Name => "checkpoint";

    public override IEnumerable<byte[]> Seeds => _seeds.Value;

    /// <summary>Each of the metadata missing, and each something else, with a checksum that is right.</summary>
    public override IEnumerable<byte[]> Hostile => Keys.SelectMany(key => new[] { null, "x", "-1" }.Select(value =>
    {
        TrySplit(_seeds.Value[^1], out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data);
        JsonObject tree = Tree(header)!;
        JsonNode said = tree["__metadata__"]!;
        said.AsObject().Remove(Prefix + key);
        if (value is not null) said[Prefix + key] = value;
        return WithChecksum(SafetensorsBytes.Build(tree.ToJsonString(), data));
    }));

    public override byte[] Make(FuzzRandom random) => Mutate(_seeds.Value[random.Next(_seeds.Value.Length)], random);

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        if (random.OneIn(2) || !TrySplit(parent, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data) || Tree(header) is not { } tree || tree["__metadata__"] is not JsonObject said)
            return base.Mutate(parent, random);
        string key = Prefix + random.Of<string>(Keys);
        if (random.OneIn(3)) said.Remove(key);
        else said[key] = random.Of<string>(Values);
        return Adjusted(SafetensorsBytes.Build(tree.ToJsonString(), data), random);
    }

    protected override byte[] Adjusted(byte[] file, FuzzRandom random) => random.OneIn(6) ? file : WithChecksum(file);

    private static byte[] WithChecksum(byte[] file)
    {
        if (!TrySplit(file, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data) || Tree(header) is not { } tree || tree["__metadata__"] is not JsonObject said) return file;
        said.Remove(ChecksumKey);
        if (Checksum(file) is { } checksum) said[ChecksumKey] = checksum;
        return SafetensorsBytes.Build(tree.ToJsonString(), data);
    }

    // What a checkpoint's documentation says its checksum is over; null where the file cannot be read.
    private static string? Checksum(byte[] bytes)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(new MemoryStream(bytes), "checkpoint");
            var hash = new XxHash128();
            foreach ((string key, string value) in file.Metadata.Where(pair => pair.Key != ChecksumKey).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                hash.Append(Encoding.UTF8.GetBytes($"{key.Length} {key} {value.Length} {value}"));
            foreach (SafetensorsEntry tensor in file.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            {
                hash.Append(Encoding.UTF8.GetBytes($"{tensor.Name.Length} {tensor.Name} {string.Join(',', tensor.Shape)}"));
                hash.Append(SafetensorsBytes.Floats(file.ReadFloats(tensor.Name)));
            }

            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (WeightFileException)
        {
            return null;
        }
    }

    private static byte[][] SavedByTrainers()
    {
        string path = Path.GetTempFileName();
        try
        {
            return [.. new Optimizer?[] { null, new SgdOptimizer(), new AdamWOptimizer(), new RmsPropOptimizer() }.SelectMany(optimizer => new[] { false, true }.Select(averaged =>
            {
                using var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
                Initialisation.Apply(trainer, seed: 1);
                using MovingAverage? average = averaged ? trainer.CreateAverage() : null;
                if (optimizer is not null)
                {
                    trainer.Accumulate(new float[3 * 8 * 8], [1]);
                    trainer.Update(optimizer, 0.1);
                }

                Checkpoint.Save(path, trainer, average, new RunState { Step = 1, Epoch = 1, Seed = 7, Facts = new Dictionary<string, string> { ["best"] = "0.5" } });
                return File.ReadAllBytes(path);
            }))];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
