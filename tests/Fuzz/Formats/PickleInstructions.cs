using System.Buffers.Binary;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Runtime.Tests.Weights.PyTorch;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Pickles cut into their instructions, so that changed ones are still pickles.</summary>
internal static class PickleInstructions
{
    private static readonly byte[][] Others =
    [
        [(byte)'('], [(byte)'0'], [(byte)'1'], [(byte)'2'], [(byte)'N'], [(byte)'R'], [(byte)'a'], [(byte)'b'], [(byte)'d'], [(byte)'e'], [(byte)'l'], [(byte)'o'], [(byte)'s'], [(byte)'t'], [(byte)'u'],
        [(byte)')'], [(byte)']'], [(byte)'}'], [0x81], [0x85], [0x86], [0x87], [0x88], [0x89], [0x8F], [0x90], [0x91], [0x92], [0x93], [0x94], [0x97], [(byte)'.'], [(byte)'Q'], [0xFF],
        [(byte)'h', 0], [(byte)'h', 1], [(byte)'q', 1], [(byte)'K', 2], [(byte)'M', 0xE9, 3], [(byte)'J', 0xFF, 0xFF, 0xFF, 0xFF], [(byte)'j', 1, 0, 0, 0], [(byte)'r', 1, 0, 0, 0],
        [(byte)'G', 0x3F, 0xF0, 0, 0, 0, 0, 0, 0], [0x8A, 1, 5], [0x8A, 0], [0x8B, 1, 0, 0, 0, 9], [0x8B, 0xFF, 0xFF, 0xFF, 0x7F], [(byte)'U', 2, 0x61, 0xE9], [(byte)'T', 1, 0, 0, 0, 0x61],
        [(byte)'C', 1, 0], [(byte)'B', 1, 0, 0, 0, 7], [0x8C, 1, 0x61], [0x8D, 1, 0, 0, 0, 0, 0, 0, 0, 0x61], [0x8E, 1, 0, 0, 0, 0, 0, 0, 0, 1], [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x95, 1, 0, 0, 0, 0, 0, 0, 0], [0x80, 4], [0x80, 9], [(byte)'X', 0xFF, 0xFF, 0xFF, 0x7F], [(byte)'X', 2, 0, 0, 0, 0xC3, 0x28], [.. "cos\nsystem\n"u8], [.. "ctorch.nn.modules.linear\nLinear\n"u8],
        [.. "ccollections\nOrderedDict\n"u8], [.. "ctorch._utils\n_rebuild_tensor_v2\n"u8], [.. "ctorch._utils\n_rebuild_parameter\n"u8], [.. "ctorch\nHalfStorage\n"u8], [.. "ios\nsystem\n"u8], [.. "I1\n"u8], [.. "X\x05\0\0\0model"u8],
        [.. "X\x0a\0\0\0state_dict"u8], [.. "X\x04\0\0\0name"u8], [.. "X\x07\0\0\0storage"u8], [0x8A, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x8A, 8, 0, 0, 0, 0, 1, 0, 0, 0],
    ];

    /// <summary>The state dictionary of a few tensors.</summary>
    public static (byte[] Pickle, (string Key, int Floats)[] Storages) StateDictionary(FuzzRandom random)
    {
        string prefix = random.OneIn(3) ? "module." : "";
        PickleBytes pickle = PickleBytes.Protocol((byte)random.Between(2, 5));
        if (random.OneIn(4)) pickle.Raw("}").Text(random.Of<string>(["state_dict", "model", "state_dict_ema", "other"]));
        bool wrapped = pickle.Stop().Length > 4;
        pickle.EmptyOrderedDict().Raw("(");
        var storages = new List<(string, int)>();
        for (int i = random.Next(4); i >= 0; i--)
        {
            int rows = random.Between(1, 4), columns = random.Between(1, 4), floats = rows * columns + random.Next(4);
            bool transposed = random.OneIn(3);
            storages.Add(($"{i}", floats));
            pickle.Text($"{prefix}{i}.weight").Tensor($"{i}", random.Of<string>(["FloatStorage", "HalfStorage", "BFloat16Storage", "DoubleStorage"]), floats, random.Next(3), [rows, columns], transposed ? [1, rows] : [columns, 1]);
        }

        pickle.Raw("u");
        if (wrapped) pickle.Raw("s");
        return (pickle.Stop(), [.. storages]);
    }

    public static byte[] Mutate(byte[] pickle, FuzzRandom random)
    {
        List<byte[]> instructions = Split(pickle);
        if (instructions.Count == 0) return ByteMutation.Havoc(pickle, random);
        int at = random.Next(instructions.Count);
        switch (random.Next(7))
        {
            case 0:
                instructions.RemoveAt(at);
                break;
            case 1:
                instructions.Insert(random.Next(instructions.Count + 1), instructions[at]);
                break;
            case 2:
                instructions.Insert(at, random.Of<byte[]>(Others));
                break;
            case 3:
                instructions[at] = random.Of<byte[]>(Others);
                break;
            case 4:
                int run = Math.Min(random.Between(1, 20), instructions.Count - at);
                instructions.InsertRange(random.Next(instructions.Count + 1), instructions.GetRange(at, run));
                break;
            default:
                // Its code stays.
                at = instructions.FindIndex(at, instruction => instruction.Length > 1);
                if (at >= 0) instructions[at] = [instructions[at][0], .. ByteMutation.Havoc(instructions[at][1..], random)];
                break;
        }

        return [.. instructions.SelectMany(instruction => instruction)];
    }

    /// <summary>The instructions up to where a byte is none.</summary>
    public static List<byte[]> Split(byte[] pickle)
    {
        List<byte[]> instructions = [];
        for (int at = 0; at < pickle.Length;)
        {
            long length = Math.Min(1 + Operand(pickle.AsSpan(at)), pickle.Length - at);
            instructions.Add(pickle.AsSpan(at, (int)length).ToArray());
            at += (int)length;
        }

        return instructions;
    }

    private static long Operand(ReadOnlySpan<byte> instruction) => (char)instruction[0] switch
    {
        'K' or 'h' or 'q' or '\u0080' => 1,
        'M' => 2,
        'J' or 'j' or 'r' => 4,
        'G' or '\u0095' => 8,
        'U' or 'C' or '\u008A' or '\u008C' when instruction.Length > 1 => 1 + instruction[1],
        'X' or 'T' or 'B' or '\u008B' when instruction.Length > 4 => 4 + (long)BinaryPrimitives.ReadUInt32LittleEndian(instruction[1..]),
        '\u008D' or '\u008E' when instruction.Length > 8 => 8 + (BinaryPrimitives.ReadInt64LittleEndian(instruction[1..]) & int.MaxValue),
        'c' or 'i' => Lines(instruction, 2),
        'I' or 'L' or 'F' or 'S' or 'V' or 'g' or 'p' or 'P' => Lines(instruction, 1),
        _ => 0,
    };

    private static int Lines(ReadOnlySpan<byte> instruction, int count)
    {
        int at = 1;
        for (; count > 0 && at < instruction.Length; at++)
        {
            if (instruction[at] == (byte)'\n') count--;
        }

        return at - 1;
    }
}
