namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>A dense row-major array of doubles: maps are [N, C, H, W], vectors of a batch [N, C], parameters as their file has them.</summary>
internal sealed class Tensor
{
    public Tensor(params int[] shape)
        : this(shape, new double[shape.Aggregate(1, (product, size) => checked(product * size))])
    {
    }

    public Tensor(int[] shape, double[] data)
    {
        int count = shape.Aggregate(1, (product, size) => checked(product * size));
        if (data.Length != count) throw new ArgumentException($"[{string.Join(", ", shape)}] holds {count} values, not {data.Length}");
        Shape = shape;
        Data = data;
        Height = shape.Length > 2 ? shape[2] : 1;
        Width = shape.Length > 3 ? shape[3] : 1;
    }

    public int[] Shape { get; }

    public double[] Data { get; }

    public int Images => Shape[0];

    public int Channels => Shape[1];

    public int Height { get; }

    public int Width { get; }

    /// <summary>Values of one channel of one image.</summary>
    public int Positions => Height * Width;

    public static Tensor Like(Tensor other) => new(other.Shape.ToArray());

    public static Tensor Of(int[] shape, ReadOnlySpan<float> values)
    {
        var data = new double[values.Length];
        for (int i = 0; i < data.Length; i++) data[i] = values[i];
        return new Tensor(shape, data);
    }

    public Tensor Reshape(params int[] shape) => new(shape, Data);

    public float[] ToFloats() => Array.ConvertAll(Data, value => (float)value);

    /// <summary>One row of one channel.</summary>
    public Span<double> Row(int image, int channel, int row) =>
        Data.AsSpan(((image * Channels + channel) * Height + row) * Width, Width);

    /// <summary>One channel of one image.</summary>
    public Span<double> Plane(int image, int channel) => Data.AsSpan((image * Channels + channel) * Positions, Positions);

    public Tensor Map(Func<double, double> function)
    {
        Tensor result = Like(this);
        for (int i = 0; i < Data.Length; i++) result.Data[i] = function(Data[i]);
        return result;
    }
}
