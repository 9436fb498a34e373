namespace EfficientNet.Runtime;

/// <summary>Checks that the tensors of a file cover its data exactly: no overlap, no gap, nothing left, nothing short.</summary>
internal static class SafetensorsCoverage
{
    /// <summary>Sorts the tensors by their place and checks it.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="tensors">Tensors with offsets from the beginning of the data.</param>
    /// <param name="dataLength">Bytes behind the header.</param>
    /// <exception cref="WeightFileException">They do not cover the data.</exception>
    public static void SortAndCheck(string file, List<SafetensorsEntry> tensors, long dataLength)
    {
        // Empty tensors first among those that begin together, so that they neither overlap nor leave a gap.
        tensors.Sort(static (a, b) =>
            a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset)
            : a.Length != b.Length ? a.Length.CompareTo(b.Length)
            : string.CompareOrdinal(a.Name, b.Name));

        long end = 0;
        string before = "";
        foreach (SafetensorsEntry tensor in tensors)
        {
            if (tensor.Offset < end)
            {
                throw Invalid(file, $"tensor {Text.Quote(tensor.Name)} begins at data byte {tensor.Offset}, within tensor {before}, which ends at {end}");
            }
            if (tensor.Offset > end)
            {
                throw Invalid(file, $"no tensor covers data bytes {end} to {tensor.Offset}, before tensor {Text.Quote(tensor.Name)}");
            }
            end = tensor.Offset + tensor.Length;
            before = Text.Quote(tensor.Name);
            if (end > dataLength)
            {
                throw new WeightFileException(
                    file, $"the file is cut short: tensor {before} ends at data byte {end}, but there are only {dataLength} behind the header");
            }
        }
        if (end < dataLength)
            throw Invalid(file, $"the last {dataLength - end} bytes of the file belong to no tensor");
    }

    private static WeightFileException Invalid(string file, string reason)
    {
        return new WeightFileException(file, $"the safetensors header is invalid: {reason}");
    }
}
