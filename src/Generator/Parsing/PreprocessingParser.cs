using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Reads what happens to a photo before the network and to its classes behind it.</summary>
internal static class PreprocessingParser
{
    public static PreprocessingSpec Read(ObjectReader root, FamilyPreset family, Convention convention, int resolution, bool knowsResolution)
    {
        bool published = convention == family.Convention;
        bool half = family.HalfMeanUnder.Contains(convention);
        bool bilinear = published && resolution >= family.PublishedBilinearFrom;
        var preset = new PreprocessingSpec
        {
            Resize = convention.ResizeFor(resolution),
            Crop = resolution,
            Interpolation = bilinear ? InterpolationKind.Bilinear : InterpolationKind.Bicubic,
            Mean = half ? Conventions.Half : Conventions.ImageNetMean,
            Std = half ? Conventions.Half : Conventions.ImageNetStd,
        };
        ObjectReader? section = root.Object("preprocessing", SpecFormat.Preprocessing);
        if (section is null) return preset;

        int resize = section.Integer("resize", preset.Resize);
        if (section.Find("resize") is { } resizeNode && knowsResolution && resize < resolution)
        {
            section.Contradiction(resizeNode, $"a photo resized to {Numbers.Show(resize)} has no crop of {Numbers.Show(resolution)}, the resolution");
        }

        int crop = section.Integer("crop", resolution);
        if (section.Find("crop") is { } cropNode && knowsResolution && crop != resolution)
        {
            section.Contradiction(cropNode, $"the crop is what the network reads: it can only be {Numbers.Show(resolution)}, the resolution");
        }

        return new PreprocessingSpec
        {
            Resize = resize,
            Crop = crop,
            Interpolation = section.Choice("interpolation", preset.Interpolation),
            Mean = Channels(section, "mean", preset.Mean),
            Std = Channels(section, "std", preset.Std),
        };
    }

    /// <summary>The labels asked for; those of ImageNet where there are as many classes and nothing is said. Of 0 classes nobody knows how many they are.</summary>
    public static LabelsSpec? Labels(ObjectReader root, int classes)
    {
        var imageNet = new LabelsSpec(SpecFormat.ImageNetLabels, default);
        if (root.Find("labels") is not { } node) return classes == Conventions.Classes ? imageNet : null;
        switch (node.Kind)
        {
            case JsonTokenKind.False:
                return null;
            case JsonTokenKind.String:
                root.Choice(node, "labels", SpecFormat.LabelSet, SpecFormat.ImageNetLabels);
                if (node.Value is SpecFormat.ImageNetLabels && classes != 0 && classes != Conventions.Classes)
                {
                    root.Contradiction(node, $"ImageNet has {Numbers.Show(Conventions.Classes)} labels, the network {Numbers.Show(classes)} classes");
                }

                return imageNet;
            case JsonTokenKind.StartArray:
                return new LabelsSpec(null, Names(root, node, classes));
            default:
                root.WrongType(node, "labels", SpecFormat.Root.Find("labels")!.Value.Describe());
                return null;
        }
    }

    private static EquatableArray<string> Names(ObjectReader root, JsonNode node, int classes)
    {
        var names = new List<string>();
        if (root.Array("labels") is not { } items) return default;
        for (int i = 0; i < items.Count; i++)
        {
            names.Add(root.Text(items[i], $"labels[{Numbers.Show(i)}]", "a label") ?? "");
        }

        if (classes != 0 && items.Count != classes)
        {
            root.Contradiction(node, $"the number of labels is {Numbers.Show(items.Count)}, of classes {Numbers.Show(classes)}");
        }

        return names.ToEquatableArray();
    }

    private static EquatableArray<double> Channels(ObjectReader section, string key, EquatableArray<double> preset)
    {
        if (section.Array(key) is not { } items) return preset;
        var element = (NumberFormat)((ArrayFormat)SpecFormat.Preprocessing.Find(key)!.Value).Element;
        return items.Select((item, i) => section.Number(item, $"{section.PathOf(key)}[{Numbers.Show(i)}]", element) ?? preset[i]).ToEquatableArray();
    }
}
