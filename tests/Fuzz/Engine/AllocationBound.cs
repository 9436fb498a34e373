namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>How many bytes of managed memory an input may make its parser allocate, those that it frees again included: a header's word alone must not suffice.</summary>
/// <param name="Base">What an input of any length may take.</param>
/// <param name="PerByte">What each byte of the input may add.</param>
/// <param name="Most">Where a documented limit ends the growth.</param>
internal readonly record struct AllocationBound(long Base, long PerByte, long Most = long.MaxValue)
{
    public long Of(int length) => Math.Min(Base + PerByte * length, Most);
}
