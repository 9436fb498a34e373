namespace EfficientNet.Runtime;

/// <summary>Compares the tensors of a file with those that a network needs, before any is read.</summary>
internal static class WeightInventory
{
    // BatchNorm's step counter: it only matters to whoever goes on training with a cumulative average.
    private const string IgnoredSuffix = ".num_batches_tracked";

    /// <summary>Finds the scheme under which most names match, and checks everything under it. The classifier may have fewer rows than the network has
    /// classes, where the file's metadata names exactly so many: it was trained for the first of them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file.</param>
    /// <param name="anyClasses">Whether the classifier may have any number of rows, because it may be left out.</param>
    /// <returns>Whose names, and the classifier's rows.</returns>
    /// <exception cref="WeightFileException">Tensors are missing, extra, misshapen or of a type without floats.</exception>
    public static (NamingScheme Scheme, int Classes) Check(NetworkDescription network, WeightFile file, bool anyClasses = false)
    {
        if (PackedWeightsFile.Is(file))
            throw new WeightFileException(file.Name, "holds weights packed for a compiled network, which can only run them: take the file that they were packed from");

        (NamingScheme scheme, List<ExpectedTensor> expected) = BestScheme(network, file);
        int? classes = ClassesOf(network, file, scheme, anyClasses);
        if (classes is not null)
            expected = Expected(network, scheme, classes);

        List<string> missing = [], misshapen = [], mistyped = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ExpectedTensor tensor in expected)
        {
            names.Add(tensor.Name);
            string quoted = Text.Quote(tensor.Name);
            if (!file.TryGetTensor(tensor.Name, out TensorEntry? found))
                missing.Add(quoted);
            else if (!tensor.Accepts(found.Shape))
                misshapen.Add($"{quoted} is {Text.Shape(found.Shape)} and must be {Text.Shape(tensor.Shape)}");
            else if (!SafetensorsTypes.IsReadable(found.DataType))
                mistyped.Add($"{quoted} is {found.DataType} and must be F32, F16 or BF16");
        }
        List<string> extra = file.Tensors
            .Where(tensor => !names.Contains(tensor.Name) && !tensor.Name.EndsWith(IgnoredSuffix, StringComparison.Ordinal))
            .Select(tensor => Text.Quote(tensor.Name))
            .ToList();

        List<string> complaints = [];
        Complain(complaints, missing, "missing");
        Complain(complaints, extra, "extra");
        Complain(complaints, misshapen, "misshapen");
        Complain(complaints, mistyped, "of the wrong type");
        if (complaints.Count > 0)
        {
            throw new WeightFileException(
                file.Name, $"does not fit {network.Name} ({scheme.Spelling()} names): {string.Join("; ", complaints)}");
        }
        return (scheme, classes ?? network.Classes);
    }

    /// <summary>Whether <see cref="Check"/> would find nothing wrong.</summary>
    public static bool Fits(NetworkDescription network, WeightFile file)
    {
        try
        {
            Check(network, file);
            return true;
        }
        catch (WeightFileException)
        {
            return false;
        }
    }

    // Null where it has as many as the network, or it cannot be meant.
    private static int? ClassesOf(NetworkDescription network, WeightFile file, NamingScheme scheme, bool anyClasses)
    {
        ConvolutionWeights classifier = network.Weights[^1];
        return file.TryGetTensor($"{classifier.Names.In(scheme)}.weight", out TensorEntry? found) && found.Shape is [long rows, ..]
            && rows is > 0 and <= int.MaxValue && (anyClasses || (rows < classifier.Outputs && WeightMetadata.Read(file).Labels?.Count == rows)) ? (int)rows : null;
    }

    private static List<ExpectedTensor> Expected(NetworkDescription network, NamingScheme scheme, int? classes)
    {
        ConvolutionWeights classifier = network.Weights[^1];
        return network.Weights
            .SelectMany(layer => ExpectedTensor.Of(layer, scheme, ReferenceEquals(layer, classifier) ? classes ?? layer.Outputs : layer.Outputs)).ToList();
    }

    private static (NamingScheme Scheme, List<ExpectedTensor> Expected) BestScheme(NetworkDescription network, WeightFile file)
    {
        NamingScheme best = default;
        List<ExpectedTensor> bestExpected = [];
        int bestMatches = -1;
        foreach (NamingScheme scheme in NamingSchemes.All)
        {
            List<ExpectedTensor> expected = Expected(network, scheme, classes: null);
            int matches = expected.Count(tensor => file.TryGetTensor(tensor.Name, out _));
            if (matches > bestMatches)
                (best, bestExpected, bestMatches) = (scheme, expected, matches);
        }
        if (bestMatches == 0 && bestExpected.Count > 0)
        {
            string found = file.Tensors.Count == 0
                ? "it holds none"
                : $"it holds {Text.Some(file.Tensors.Select(tensor => Text.Quote(tensor.Name)).ToList())}";
            throw new WeightFileException(
                file.Name, $"does not fit {network.Name}: no tensor has a name that torchvision, timm or lukemelas gives it; {found}");
        }
        return (best, bestExpected);
    }

    private static void Complain(List<string> complaints, List<string> tensors, string what)
    {
        if (tensors.Count > 0)
            complaints.Add($"{tensors.Count} {(tensors.Count == 1 ? "tensor" : "tensors")} {what}: {Text.Some(tensors)}");
    }
}
