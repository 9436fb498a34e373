using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class FloatConversionTests
{
    private static readonly ushort[] All = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();

    [Fact]
    public void Every_float16_becomes_the_same_number()
    {
        var wide = new float[All.Length];
        FloatConversion.FromFloat16(All, wide);
        Check(wide, bits => (float)BitConverter.UInt16BitsToHalf(bits));
    }

    [Fact]
    public void Every_bfloat16_becomes_the_same_number()
    {
        var wide = new float[All.Length];
        FloatConversion.FromBFloat16(All, wide);
        Check(wide, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Reading_from_a_file_widens_in_place_without_losing_a_value(string type)
    {
        foreach (int count in (int[])[0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 100, 1001])
        {
            ushort[] words = All.AsSpan(0x3000, count).ToArray();
            using SafetensorsFile file = SafetensorsBytes.Open(SafetensorsBytes.Build([("a", type, [count], SafetensorsBytes.Words(words))]));
            float[] read = file.ReadFloats("a");
            read.Length.ShouldBe(count);
            for (int i = 0; i < count; i++)
            {
                float expected = type == "F16" ? (float)BitConverter.UInt16BitsToHalf(words[i]) : BitConverter.UInt32BitsToSingle((uint)words[i] << 16);
                read[i].ShouldBe(expected);
            }
        }
    }

    private static void Check(float[] wide, Func<ushort, float> expected)
    {
        for (int i = 0; i < All.Length; i++)
        {
            float value = expected(All[i]);
            bool same = float.IsNaN(value)
                ? float.IsNaN(wide[i])
                : BitConverter.SingleToUInt32Bits(value) == BitConverter.SingleToUInt32Bits(wide[i]);
            if (!same)
                Assert.Fail($"0x{All[i]:X4} became {wide[i]} instead of {value}.");
        }
    }
}
