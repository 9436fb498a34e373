using System.Buffers.Binary;
using System.Numerics;

namespace EfficientNet.Training;

/// <summary>TensorFlow's record format: length (64 bits), its checksum, the bytes, their checksum; all little endian.</summary>
internal static class RecordFile
{
    private const uint Mask = 0xA282EAD8;

    /// <summary>Writes one record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> head = stackalloc byte[12], tail = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(head, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Checksum(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Checksum(record));
        stream.Write(head);
        stream.Write(record);
        stream.Write(tail);
    }

    // CRC-32C, rotated and moved, so that checksums of checksums do not fall together.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + Mask;
    }
}
