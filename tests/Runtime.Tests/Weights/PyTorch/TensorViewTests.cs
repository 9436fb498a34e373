using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights.PyTorch;

public sealed class TensorViewTests
{
    [Fact]
    public void Random_views_give_the_elements_that_the_strides_say()
    {
        var random = new Random(3);
        int contiguous = 0;
        for (int round = 0; round < 300; round++)
        {
            (long[] shape, long[] strides) = RandomView(random);
            long extent = 1 + shape.Zip(strides, (size, stride) => (size - 1) * stride).Sum();
            long first = random.Next(5), count = first + extent + random.Next(5);
            byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Tensor("0", "FloatStorage", count, first, shape, strides).Raw("s").Stop();
            using WeightFile file = TorchBytes.Open(TorchBytes.Archive(pickle, ("0", (int)count)));
            float[] expected = Elements(shape, strides, first);
            file.ReadFloats("a").ShouldBe(expected);
            contiguous += expected.Zip(expected.Skip(1), (a, b) => b - a).All(step => step == 1) ? 1 : 0;
        }
        contiguous.ShouldBeInRange(10, 290);
    }

    [Theory]
    [InlineData("HalfStorage", "F16", 2)]
    [InlineData("BFloat16Storage", "BF16", 2)]
    [InlineData("DoubleStorage", "F64", 8)]
    [InlineData("LongStorage", "I64", 8)]
    [InlineData("IntStorage", "I32", 4)]
    [InlineData("ShortStorage", "I16", 2)]
    [InlineData("CharStorage", "I8", 1)]
    [InlineData("ByteStorage", "U8", 1)]
    [InlineData("BoolStorage", "BOOL", 1)]
    public void Elements_of_every_type_are_gathered_whole(string storage, string dataType, int size)
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Tensor("0", storage, 6, 0, [3, 2], [1, 3]).Raw("s").Stop();
        byte[] data = [.. Enumerable.Range(0, 6 * size).Select(i => (byte)i)];
        using WeightFile file = TorchBytes.Open(TorchBytes.Zip(("x/data.pkl", pickle), ("x/data/0", data)));
        file.Tensors.ShouldHaveSingleItem().DataType.ShouldBe(dataType);
        file.ReadBytes("a").ShouldBe(new[] { 0, 3, 1, 4, 2, 5 }.SelectMany(i => data[(i * size)..((i + 1) * size)]));
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "lies outside storage '0' of 4 elements")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "lies outside storage '0' of 4 elements")]
    [InlineData(4, 5, new long[] { 0 }, new long[] { 1 }, "lies outside storage '0' of 4 elements")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 }, "lies outside storage '0' of 4 elements")]
    [InlineData(4, 0, new long[] { 1000000, 1000000 }, new long[] { 0, 0 }, "repeats the elements of its storage")]
    [InlineData(4, 0, new long[] { 3, 2 }, new long[] { 1, 1 }, "repeats the elements of its storage")]
    [InlineData(4, 0, new long[] { 1L << 62, 1L << 62 }, new long[] { 0, 0 }, "is too large to count")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { long.MaxValue }, "is too large to count")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 }, "not whole numbers from 0 on")]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 }, "not whole numbers from 0 on")]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 }, "begins at -1")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 }, "a tensor has 2 dimensions, 1 strides")]
    public void A_tensor_that_its_storage_does_not_hold_is_refused(long count, long first, long[] shape, long[] strides, string reason)
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Tensor("0", "FloatStorage", count, first, shape, strides).Raw("s").Stop();
        TorchBytes.Refused(TorchBytes.Archive(pickle, ("0", (int)count))).Reason.ShouldContain(reason);
    }

    [Fact]
    public void A_view_spread_far_over_its_storage_is_refused_when_it_is_read()
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Tensor("0", "FloatStorage", 300_001, 0, [2], [300_000]).Raw("s").Stop();
        using WeightFile file = TorchBytes.Open(TorchBytes.Archive(pickle, ("0", 300_001)));
        Should.Throw<WeightFileException>(() => file.ReadFloats("a")).Reason.ShouldContain("is a view whose 8 bytes are spread over 1200004 of its storage: save it contiguous");
    }

    [Fact]
    public void What_is_stored_lazily_negated_is_refused_and_an_empty_dictionary_is_nothing()
    {
        byte[] Of(string? truth) => TorchBytes.Archive(PickleBytes.Protocol().Raw("}").Text("a").TensorWith(truth, "0", 2).Raw("s").Stop(), ("0", 2));
        TorchBytes.Refused(Of("neg")).Reason.ShouldContain("lazily negated or conjugated: save it resolved");
        using WeightFile file = TorchBytes.Open(Of(null));
        file.ReadFloats("a").Length.ShouldBe(2);
    }

    [Fact]
    public void One_storage_cannot_be_two()
    {
        byte[] Twice(string type, long count) => TorchBytes.Archive(
            PickleBytes.Protocol().Raw("}(").Text("a").Vector("0", 2).Text("b").Tensor("0", type, count, 0, [1], [1]).Raw("u").Stop(), ("0", 2));
        TorchBytes.Refused(Twice("HalfStorage", 2)).Reason.ShouldContain("storage '0' is 2 elements of F16 here and 2 of F32 before");
        TorchBytes.Refused(Twice("FloatStorage", 1)).Reason.ShouldContain("storage '0' is 1 elements of F32 here and 2 of F32 before");
    }

    [Fact]
    public void The_older_format_lists_each_storage_once_with_its_length()
    {
        byte[] pickle = PickleBytes.Protocol().Raw("}").Text("a").Vector("k", 2).Raw("s").Stop();
        byte[] Keys(params string[] keys)
        {
            PickleBytes list = PickleBytes.Protocol().Raw("](");
            foreach (string key in keys)
                list.Text(key);
            return list.Raw("e").Stop();
        }

        using (WeightFile good = TorchBytes.Open(TorchBytes.Legacy(pickle, Keys("k"), TorchBytes.Ramp(2))))
            good.ReadFloats("a").ShouldBe([0f, 1f]);
        TorchBytes.Refused(TorchBytes.Legacy(pickle, Keys("k"), TorchBytes.Ramp(1))).Reason.ShouldContain("storage 'k' at byte ");
        TorchBytes.Refused(TorchBytes.Legacy(pickle, Keys("k", "k"), TorchBytes.Ramp(2), TorchBytes.Ramp(2))).Reason.ShouldContain("something else than each storage once");
        TorchBytes.Refused(TorchBytes.Legacy(pickle, Keys("other"), TorchBytes.Ramp(2))).Reason.ShouldContain("something else than each storage once");
        TorchBytes.Refused(TorchBytes.Legacy(pickle, Keys(), TorchBytes.Ramp(2))).Reason.ShouldContain("storage 'k' is not in its list of storages");
        TorchBytes.Refused(PickleBytes.Protocol().Raw("}").Stop().Concat(new byte[30]).ToArray()).Reason.ShouldBe("is a bare pickle, not what torch.save writes: it is not read");
    }

    private static (long[] Shape, long[] Strides) RandomView(Random random)
    {
        long[] shape = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 5))];
        // Row-major strides in a random order of the dimensions, some of them with gaps.
        int[] order = [.. Enumerable.Range(0, shape.Length)];
        if (random.Next(2) == 0)
            random.Shuffle(order);
        var strides = new long[shape.Length];
        long step = 1;
        foreach (int dimension in order.Reverse())
        {
            step *= random.Next(4) == 0 ? 2 : 1;
            strides[dimension] = step;
            step *= shape[dimension];
        }
        return (shape, strides);
    }

    private static float[] Elements(long[] shape, long[] strides, long at)
    {
        if (shape.Length == 0)
            return [at];
        return [.. Enumerable.Range(0, (int)shape[0]).SelectMany(i => Elements(shape[1..], strides[1..], at + i * strides[0]))];
    }
}
