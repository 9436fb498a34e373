using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;
using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Safetensors: a header's length, the header as JSON, data that the tensors cover exactly. Some are the weights of a network.</summary>
internal class SafetensorsFormat : Format
{
    private const int LengthBytes = 8;
    private const int LongestData = 1 << 16;

    private static readonly (string Type, int Bits)[] Types =
        [("F32", 32), ("F16", 16), ("BF16", 16), ("F64", 64), ("I64", 64), ("I32", 32), ("U8", 8), ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F8_E4M3", 8), ("C64", 64)];

    private static readonly JsonMutation Json = new(
        ["__metadata__", "dtype", "shape", "data_offsets", "a", "b", "classifier.1.bias", "efficientnet.labels", "efficientnet.resolution", "efficientnet.epsilon", "efficientnet.padding", "architecture"],
        [
            "\"F32\"", "\"F16\"", "\"BF16\"", "\"F64\"", "\"I64\"", "\"F4\"", "\"BOOL\"", "[0,0]", "[0,4]", "[4,8]", "[0]", "[1]", "[2,2]", "[4294967296,4294967296]", "[9223372036854775807,2]", "[1,1,1,1,1,1]",
            "{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}", "{\"efficientnet.labels\":\"[]\"}", "\"same\"", "\"[\\\"cat\\\",\\\"dog\\\",\\\"owl\\\"]\"", "\"0.001\"", "\"8\"", "\"tf_efficientnet_b0\"",
            "\"{\\\"resize\\\":8,\\\"crop\\\":8,\\\"interpolation\\\":\\\"bilinear\\\",\\\"mean\\\":[0,0,0],\\\"std\\\":[1,1,1]}\"",
        ]);

    // What weights may have been trained with, and what cannot be.
    private static readonly (string Key, string Value)[] Facts =
    [
        ("efficientnet.padding", "same"), ("efficientnet.padding", "symmetric"), ("efficientnet.padding", "none"), ("efficientnet.epsilon", "0.001"), ("efficientnet.epsilon", "2"), ("efficientnet.activation", "relu6"),
        ("efficientnet.resolution", "224"), ("efficientnet.resolution", "0"), ("efficientnet.labels", "[\"cat\",\"dog\"]"), ("efficientnet.labels", "[\"cat\",\"dog\",\"owl\",\"fox\"]"), ("efficientnet.labels", "[1]"),
        ("architecture", "tf_efficientnet_b0"), ("efficientnet.preprocessing", "{\"resize\":256,\"crop\":224,\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"std\":[1,1,1]}"), ("efficientnet.preprocessing", "{}"),
    ];

    private readonly Lazy<byte[][]> _seeds = new(WeightsOfTiny);

    public override string Name => "safetensors";

    public override IEnumerable<byte[]> Seeds => _seeds.Value;

    public override bool PassesHeader(ReadOnlySpan<byte> input)
    {
        if (!TrySplit(input, out ReadOnlySpan<byte> header, out _) || header.IsEmpty || header[0] != (byte)'{') return false;
        var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public override byte[] Make(FuzzRandom random)
    {
        var tensors = new List<(string, string, long[], byte[])>();
        for (int i = random.Next(5); i >= 0; i--)
        {
            (string type, int bits) = random.Of<(string, int)>(Types);
            long[] shape = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (long)random.Between(random.OneIn(8) ? 0 : 1, 4))];
            long count = shape.Aggregate(1L, (product, side) => product * side);
            tensors.Add(($"{(random.OneIn(3) ? "features." : "")}{i}", type, shape, random.Bytes((int)(count * bits / 8))));
        }

        return Adjusted(SafetensorsBytes.Build(tensors), random);
    }

    public override byte[] Mutate(byte[] parent, FuzzRandom random)
    {
        if (random.OneIn(10) || !TrySplit(parent, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data)) return ByteMutation.Havoc(parent, random);
        if (random.OneIn(5)) return Adjusted(SafetensorsBytes.Build(header, ByteMutation.Havoc(data.ToArray(), random)), random);
        if (random.OneIn(4) && Tree(header) is { } tree && tree["__metadata__"] is JsonObject said)
        {
            (string key, string value) = random.Of<(string, string)>(Facts);
            said[key] = value;
            return Adjusted(SafetensorsBytes.Build(tree.ToJsonString(), data), random);
        }

        byte[] changed = SafetensorsBytes.Build(Json.Mutate(header, random), data);
        return Adjusted(random.OneIn(3) ? Laid(changed, random) : changed, random);
    }

    /// <summary>What a file of this kind needs beside its structure.</summary>
    protected virtual byte[] Adjusted(byte[] file, FuzzRandom random) => file;

    protected static bool TrySplit(ReadOnlySpan<byte> file, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data)
    {
        ulong length = file.Length < LengthBytes ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(file);
        bool fits = length <= (ulong)Math.Max(0, file.Length - LengthBytes);
        header = fits ? file.Slice(LengthBytes, (int)length) : default;
        data = fits ? file[(LengthBytes + (int)length)..] : default;
        return fits;
    }

    /// <summary>The header as a tree; null where it is none, or has a key twice.</summary>
    protected static JsonObject? Tree(ReadOnlySpan<byte> header)
    {
        try
        {
            // Texts are looked at only when they are asked for, and may be none.
            var reader = new Utf8JsonReader(header);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String) _ = reader.GetString();
            }

            return JsonNode.Parse(header, documentOptions: JsonMutation.EachKeyOnce) as JsonObject;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Tensors one behind the other, as many bytes as their shapes say: what was changed then passes the header's last check.
    private static byte[] Laid(byte[] file, FuzzRandom random)
    {
        if (!TrySplit(file, out ReadOnlySpan<byte> header, out ReadOnlySpan<byte> data) || Tree(header) is not { } tree) return file;
        long at = 0;
        foreach ((string name, JsonNode? tensor) in tree)
        {
            if (name == "__metadata__") continue;
            if (tensor is not JsonObject members || members["shape"] is not JsonArray shape || members["dtype"] is not JsonValue type) continue;
            long bits = Types.FirstOrDefault(known => known.Type == type.ToString()).Bits;
            foreach (JsonNode? side in shape) bits *= side is JsonValue number && number.TryGetValue(out long n) && n is >= 0 and < LongestData ? n : 1;
            if (bits / 8 > LongestData) continue;
            members["data_offsets"] = new JsonArray(at, at + bits / 8);
            at += bits / 8;
        }

        if (at > LongestData) return file;
        byte[] laid = random.Bytes((int)at);
        data[..(int)Math.Min(at, data.Length)].CopyTo(laid);
        return SafetensorsBytes.Build(tree.ToJsonString(), laid);
    }

    private static byte[][] WeightsOfTiny()
    {
        using var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
        Initialisation.Apply(trainer, seed: 1);
        return [.. new[] { "F32", "F16", "BF16" }.Select(type =>
        {
            using var file = new MemoryStream();
            NamingScheme names = type switch { "F32" => NamingScheme.TorchVision, "F16" => NamingScheme.Timm, _ => NamingScheme.Lukemelas };
            trainer.WriteWeights(file, new WeightExport { DataType = type, Names = names, Labels = ["cat", "dog", "owl"] });
            return file.ToArray();
        })];
    }
}
