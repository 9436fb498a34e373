namespace EfficientNet.Runtime;

/// <summary>The element types of the safetensors format.</summary>
internal static class SafetensorsTypes
{
    public const string Float32 = "F32";
    public const string Float16 = "F16";
    public const string BFloat16 = "BF16";

    /// <summary>Bits of one element, or null for a type that the format does not know.</summary>
    public static int? Bits(string dataType)
    {
        return dataType switch
        {
            "F4" => 4,
            "F6_E2M3" or "F6_E3M2" => 6,
            "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E5M2FNUZ" or "F8_E4M3FNUZ" or "F8_E8M0" => 8,
            "I16" or "U16" or Float16 or BFloat16 => 16,
            "I32" or "U32" or Float32 => 32,
            "I64" or "U64" or "F64" or "C64" => 64,
            _ => null,
        };
    }

    /// <summary>Whether every value of the type is exactly a float.</summary>
    public static bool IsReadable(string dataType)
    {
        return dataType is Float32 or Float16 or BFloat16;
    }
}
