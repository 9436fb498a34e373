namespace EfficientNet.Compiler.Graph;

/// <summary>The shape of one image's tensor: channels, then rows, then columns. A vector has one row and one column.</summary>
internal readonly record struct Shape(int Channels, int Height, int Width)
{
    public int Positions => Height * Width;

    public long Elements => (long)Channels * Height * Width;

    public override string ToString() => Positions == 1 ? $"{Channels}" : $"{Channels}×{Height}×{Width}";
}
