namespace EfficientNet.Runtime;

/// <summary>Finds the tensors in what a PyTorch file holds: a state dictionary, or a training checkpoint around one.</summary>
internal static class StateDictionary
{
    // A dictionary may contain itself.
    private const int DeepestWrapper = 4;

    // torch.optim.swa_utils counts the models that it averaged.
    private const string AverageCounter = "n_averaged";

    // timm's order: averaged weights are those that evaluation is meant to use.
    private static readonly string[] Wrappers = ["state_dict_ema", "model_ema", "state_dict", "model"];

    // DataParallel and torch.compile put themselves around the model.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    /// <summary>Finds the tensors and their names.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="root">What the pickle made.</param>
    /// <exception cref="WeightFileException">There are none.</exception>
    public static Dictionary<string, TorchTensor> Find(string file, object? root)
    {
        if (root is not PickleDictionary dictionary)
            throw new WeightFileException(file, "holds no dictionary of tensors: save a state_dict()");
        for (int depth = 0; depth < DeepestWrapper; depth++)
        {
            if (Wrappers.Select(key => dictionary.Items.GetValueOrDefault(key)).OfType<PickleDictionary>().FirstOrDefault() is not { } inner)
                break;
            dictionary = inner;
        }

        Dictionary<string, TorchTensor> tensors = dictionary.Items
            .Where(item => item.Value is TorchTensor)
            .ToDictionary(item => item.Key, item => (TorchTensor)item.Value!, StringComparer.Ordinal);
        if (tensors.Count == 0)
        {
            string keys = dictionary.Items.Count == 0 ? "it is empty" : $"it has {Text.Some(dictionary.Items.Keys.Select(Text.Quote).ToList())}";
            throw new WeightFileException(file, $"its dictionary holds no tensors: {keys}");
        }
        // Twice: either may be around the other.
        foreach (string prefix in Prefixes.Concat(Prefixes))
            tensors = WithoutPrefix(tensors, prefix);
        return tensors;
    }

    private static Dictionary<string, TorchTensor> WithoutPrefix(Dictionary<string, TorchTensor> tensors, string prefix)
    {
        bool all = tensors.Keys.All(name => name == AverageCounter || (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal)));
        if (!all || tensors.Keys.All(name => name == AverageCounter))
            return tensors;
        return tensors
            .Where(tensor => tensor.Key != AverageCounter)
            .ToDictionary(tensor => tensor.Key[prefix.Length..], tensor => tensor.Value, StringComparer.Ordinal);
    }
}
