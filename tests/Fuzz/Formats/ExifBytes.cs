using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>EXIF blocks of one or two entries, of which one is the orientation.</summary>
internal static class ExifBytes
{
    public static byte[] Orientation(FuzzRandom random)
    {
        byte value = (byte)random.Between(random.OneIn(8) ? 0 : 1, random.OneIn(8) ? 9 : 8);
        bool little = random.OneIn(2);
        byte[] other = [.. Word(0x0100, little), .. Word(3, little), .. Long(1, little), .. Word(5, little), 0, 0];
        byte[] entry = [.. Word(0x0112, little), .. Word(3, little), .. Long(1, little), .. Word(value, little), 0, 0];
        byte[][] entries = random.OneIn(2) ? [entry] : [other, entry];
        byte[] start = little ? [.. "II*\0"u8] : [.. "MM\0*"u8];
        byte[] block = [.. start, .. Long(8, little), .. Word((ushort)entries.Length, little), .. entries.SelectMany(bytes => bytes), .. Long(0, little)];
        return random.OneIn(4) ? ByteMutation.Havoc(block, random) : block;
    }

    private static byte[] Word(ushort value, bool little) => little ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value];

    private static byte[] Long(ushort value, bool little) => little ? [.. Word(value, little), 0, 0] : [0, 0, .. Word(value, little)];
}
