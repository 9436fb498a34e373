using EfficientNet.Runtime.Tests.Support;
using EfficientNet.Runtime.Tests.Weights.PyTorch;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class TensorReaderTests
{
    private const int Rows = 40, RowFloats = 3000, AtOnce = 16;

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Parts_of_a_large_tensor_are_what_the_whole_has_there(string type)
    {
        // Whole numbers that each of the types holds.
        float[] values = [.. Enumerable.Range(0, Rows * RowFloats).Select(i => (float)(i % 251))];
        byte[] data = type switch
        {
            "F32" => SafetensorsBytes.Floats(values),
            "F16" => SafetensorsBytes.Words([.. values.Select(value => BitConverter.HalfToUInt16Bits((Half)value))]),
            _ => SafetensorsBytes.Words([.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))]),
        };
        using WeightFile file = SafetensorsBytes.Open(SafetensorsBytes.Build([("w", type, [Rows, RowFloats], data)]));
        using var reader = new TensorReader(file);
        reader.RowsAtOnce("w", Rows, RowFloats, AtOnce).ShouldBe(AtOnce);
        for (int first = 0; first < Rows; first += AtOnce)
        {
            int count = Math.Min(AtOnce, Rows - first) * RowFloats;
            reader.Read("w", (long)first * RowFloats, count).SequenceEqual(values.AsSpan(first * RowFloats, count)).ShouldBeTrue();
        }

        // More than the buffer holds at first.
        reader.Read("w", 0, values.Length).SequenceEqual(values).ShouldBeTrue();
    }

    [Fact]
    public void A_value_in_a_later_part_that_is_not_finite_is_named_with_its_place_in_the_whole()
    {
        var values = new float[Rows * RowFloats];
        values[35 * RowFloats + 7] = float.NaN;
        using WeightFile file = SafetensorsBytes.Open(SafetensorsBytes.Build([("w", "F32", [Rows, RowFloats], SafetensorsBytes.Floats(values))]));
        using var reader = new TensorReader(file);
        reader.Read("w", 0, 32 * RowFloats).Length.ShouldBe(32 * RowFloats);
        Should.Throw<WeightFileException>(() => reader.Read("w", 32 * RowFloats, 8 * RowFloats).Length).Reason
            .ShouldBe("tensor 'w' holds NaN at [35, 7] (value 105007 of 120000, counted from 0)");
    }

    [Fact]
    public void Rows_that_a_file_does_not_have_are_classes_that_nothing_chooses()
    {
        byte[] bytes = SafetensorsBytes.Build([("w", "F32", [2, 3], SafetensorsBytes.Floats(1, 2, 3, 4, 5, 6)), ("b", "F32", [2], SafetensorsBytes.Floats(7, 8))]);
        using WeightFile file = SafetensorsBytes.Open(bytes);
        using var reader = new TensorReader(file);
        reader.Read("w", 0, 12).ToArray().ShouldBe([1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]);
        reader.Read("w", 3, 6).ToArray().ShouldBe([4, 5, 6, 0, 0, 0]);
        reader.Read("w", 9, 3).ToArray().ShouldBe([0, 0, 0]);
        reader.Read("b", 0, 4).ToArray().ShouldBe([7, 8, TensorReader.MissingClass, TensorReader.MissingClass]);
    }

    [Theory]
    [InlineData(40, 9, 40)]
    [InlineData(100_000, 9, 65536 / 9 / 16 * 16)]
    [InlineData(40, 4096, 16)]
    [InlineData(40, 70_000, 16)]
    [InlineData(7, 70_000, 7)]
    public void As_many_whole_blocks_of_rows_as_fill_the_buffer_are_read_at_once(int rows, int rowFloats, int expected)
    {
        using WeightFile file = SafetensorsBytes.Open(SafetensorsBytes.Build([("w", "F32", [1], SafetensorsBytes.Floats(1))]));
        using var reader = new TensorReader(file);
        reader.RowsAtOnce("w", rows, rowFloats, 16).ShouldBe(expected);
    }

    [Fact]
    public void A_transposed_tensor_is_read_at_once()
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}").Text("w").Tensor("0", "FloatStorage", Rows * RowFloats, 0, [Rows, RowFloats], [1, Rows]).Raw("s").Stop();
        using WeightFile file = TorchBytes.Open(TorchBytes.Archive(pickle, ("0", Rows * RowFloats)));
        using var reader = new TensorReader(file);
        reader.RowsAtOnce("w", Rows, RowFloats, AtOnce).ShouldBe(Rows);
        reader.Read("w", 0, Rows * RowFloats)[..3].ToArray().ShouldBe([0, 40, 80]);
    }
}
