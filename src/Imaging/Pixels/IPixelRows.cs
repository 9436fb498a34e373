namespace EfficientNet.Imaging;

/// <summary>RGB pixels by rows: an image, or one that is yet to be made.</summary>
internal interface IPixelRows
{
    /// <summary>Columns of pixels, at least 1.</summary>
    int Width { get; }

    /// <summary>Rows of pixels, at least 1.</summary>
    int Height { get; }

    /// <summary>One row, <c>Width · 3</c> bytes, valid until the next is asked for.</summary>
    ReadOnlySpan<byte> Row(int y);
}
