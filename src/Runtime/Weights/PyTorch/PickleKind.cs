namespace EfficientNet.Runtime;

/// <summary>What a pickle's value is, in words for messages.</summary>
internal static class PickleKind
{
    public static string Of(object? value)
    {
        return value switch
        {
            null => "None",
            PickleGlobal global => global.FullName,
            PickleDictionary => "a dictionary",
            PickleTuple => "a tuple",
            List<object?> => "a list",
            TorchTensor => "a tensor",
            TorchStorage => "a storage",
            string => "a text",
            byte[] => "bytes",
            _ => "a number",
        };
    }
}
