namespace EfficientNet.Runtime.Tests.Weights;

/// <summary>The check that every weight passes: in steps of sixteen values, then one by one.</summary>
public class FirstNonFiniteTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_first_one_is_found_wherever_it_is(float value)
    {
        for (int length = 0; length <= 50; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.MaxValue : -float.Epsilon)];
            TensorReader.FirstNonFinite(values).ShouldBe(-1, $"{length} values");
            for (int at = length - 1; at >= 0; at--)
            {
                values[at] = value;
                TensorReader.FirstNonFinite(values).ShouldBe(at, $"{length} values, all from {at} on");
            }
        }
    }
}
