namespace EfficientNet.Runtime;

/// <summary>The formulas of <see cref="ConvolutionWeights"/>: where the numbers of one output lie.</summary>
internal static class PackedIndex
{
    private const int Lanes = 16;

    /// <summary>The place of an output's first weight, and the floats from one to the next of the same reduction group.</summary>
    public static (long At, int Step) Row(ConvolutionWeights layer, int output)
    {
        if (layer.Form == PackedForm.Depthwise)
            return (Depthwise(layer, output), Lanes);
        Place place = PlaceOf(layer, output, layer.PanelBlocks);
        return (layer.At + place.Piece * layer.PanelStride + place.Inside * Lanes + output % Lanes, Lanes * place.Width * Math.Max(1, layer.ReductionStep));
    }

    /// <summary>The place of an output's bias.</summary>
    public static long Bias(ConvolutionWeights layer, int output)
    {
        if (layer.Form == PackedForm.Depthwise)
            return Depthwise(layer, output) + (long)layer.Taps * Lanes;
        Place place = PlaceOf(layer, output, layer.PanelBlocks);
        return layer.BiasAt + place.Piece * layer.BiasStride + place.Inside * Lanes + output % Lanes;
    }

    /// <summary>The reduction group that begins at a step, and how many steps it has.</summary>
    public static (long Number, int Steps) ReductionGroup(ConvolutionWeights layer, int step)
    {
        int reduction = layer.Inputs * layer.PackedTaps;
        if (layer.Form == PackedForm.Depthwise || layer.ReductionGroup == 0)
            return (0, reduction);
        Place place = PlaceOf(step, layer.ReductionGroup, layer.ReductionFirst, reduction);
        return (place.Piece, place.Width);
    }

    private static long Depthwise(ConvolutionWeights layer, int channel)
    {
        Place place = PlaceOf(layer, channel, layer.GroupBlocks);
        return layer.At + place.Piece * layer.GroupStride + (long)place.Inside * (layer.Taps + 1) * Lanes + channel % Lanes;
    }

    /// <summary>Where an output's block lies among panels or groups of some blocks.</summary>
    private static Place PlaceOf(ConvolutionWeights layer, int output, int pieceBlocks)
    {
        return PlaceOf(output / Lanes, pieceBlocks, layer.FirstBlocks, (layer.Outputs + Lanes - 1) / Lanes);
    }

    /// <summary>Where one of a number of things lies that are cut into pieces, half by half where there are halves.</summary>
    private static Place PlaceOf(int index, int piece, int first, int all)
    {
        bool second = first > 0 && index >= first;
        int inHalf = second ? index - first : index;
        int half = second ? all - first : first > 0 ? first : all;
        (int number, int inside) = Math.DivRem(inHalf, piece);
        int before = second ? (first + piece - 1) / piece : 0;
        return new Place(before + number, inside, Math.Min(piece, half - number * piece));
    }

    /// <summary>A piece, a place inside of it, and how many places it has.</summary>
    private readonly record struct Place(long Piece, int Inside, int Width);
}
