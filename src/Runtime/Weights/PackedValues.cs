namespace EfficientNet.Runtime;

/// <summary>Reads packed values, where they do not lie in memory already, and checks them.</summary>
internal static unsafe class PackedValues
{
    // 128 KiB: what was read is still in the second-level cache when it is checked.
    private const int PieceFloats = 4096 * PackedChecksum.Multiple;

    /// <summary>Loads them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tensor">The tensor that holds them.</param>
    /// <param name="checksum">The checksum that they must have.</param>
    /// <param name="inPlace">The values' memory, if they are used where they lie.</param>
    /// <param name="cancellationToken">Asks to give up: looked at before each part.</param>
    /// <returns>The values; the caller's.</returns>
    /// <exception cref="OperationCanceledException">Loading was given up.</exception>
    /// <exception cref="WeightFileException">They cannot be read, or are not those that were packed.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public static AlignedBuffer Load(SafetensorsFile file, SafetensorsEntry tensor, string? checksum, AlignedBuffer? inPlace, CancellationToken cancellationToken)
    {
        AlignedBuffer buffer = inPlace ?? AlignedBuffer.Allocate(tensor.Count, "packed weights", touch: false);
        try
        {
            var sums = new PackedChecksum[PackedChecksum.Parts(tensor.Count)];
            float* values = buffer.Pointer;
            bool finite = true;
            int workers = SharedLoading.Workers(tensor.Count, concurrently: inPlace is not null || file.IsReadConcurrently);
            SharedLoading.Run(workers, sums.Length, (_, part) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                long first = (long)part * PackedChecksum.PartFloats;
                long end = Math.Min(first + PackedChecksum.PartFloats, tensor.Count);
                var sum = new PackedChecksum();
                for (long at = first; at < end; at += PieceFloats)
                {
                    var piece = new Span<float>(values + at, (int)Math.Min(PieceFloats, end - at));
                    if (inPlace is null)
                        file.ReadFloats(tensor, at, piece);
                    sum.Add(piece);
                    if (TensorReader.FirstNonFinite(piece) >= 0)
                        Volatile.Write(ref finite, false);
                }
                sums[part] = sum;
            });
            if (PackedChecksum.Of(sums) != checksum)
                throw new WeightFileException(file.Name, "its values are not those that were packed: their checksum is another");
            // Packing refuses such values: only who forges a file can have put them there.
            if (!finite)
                TensorReader.ThrowIfNotFinite(file.Name, tensor, new ReadOnlySpan<float>(values, checked((int)tensor.Count)));
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
