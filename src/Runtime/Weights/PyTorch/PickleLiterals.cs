using System.Numerics;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>The values that a pickle spells out: numbers, truth values and texts.</summary>
/// <param name="input">The pickle's bytes.</param>
internal sealed class PickleLiterals(PickleInput input)
{
    private const int LongestNumber = 64;

    /// <summary>Reads what an instruction spells out.</summary>
    /// <param name="code">The instruction.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it is an instruction of this kind.</returns>
    /// <exception cref="WeightFileException">The value is cut short or too long.</exception>
    public bool TryRead(PickleCode code, out object? value)
    {
        (bool isLiteral, value) = Read(code);
        return isLiteral;
    }

    private (bool IsLiteral, object? Value) Read(PickleCode code)
    {
        return code switch
        {
            PickleCode.None => (true, null),
            PickleCode.NewTrue => (true, true),
            PickleCode.NewFalse => (true, false),
            PickleCode.BinInt => (true, (long)input.ReadInt32()),
            PickleCode.BinInt1 => (true, (long)input.ReadByte()),
            PickleCode.BinInt2 => (true, (long)input.ReadUInt16()),
            PickleCode.Long1 => (true, Number(input.ReadByte())),
            PickleCode.Long4 => (true, Number((uint)input.ReadInt32())),
            PickleCode.BinFloat => (true, input.ReadBigEndianDouble()),
            PickleCode.BinUnicode => (true, input.ReadText((uint)input.ReadInt32())),
            PickleCode.ShortBinUnicode => (true, input.ReadText(input.ReadByte())),
            PickleCode.BinUnicode8 => (true, input.ReadText(input.ReadUInt64())),
            // Python 2's texts.
            PickleCode.ShortBinString => (true, Encoding.Latin1.GetString(input.ReadBytes(input.ReadByte()))),
            PickleCode.BinString => (true, Encoding.Latin1.GetString(input.ReadBytes((uint)input.ReadInt32()))),
            PickleCode.ShortBinBytes => (true, input.ReadBytes(input.ReadByte())),
            PickleCode.BinBytes => (true, input.ReadBytes((uint)input.ReadInt32())),
            PickleCode.BinBytes8 => (true, input.ReadBytes(input.ReadUInt64())),
            _ => (false, null),
        };
    }

    private object Number(uint length)
    {
        if (length > LongestNumber)
            throw input.Invalid($"a number has {length} bytes");
        var number = new BigInteger(input.ReadBytes(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }
}
