using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Everything that a run's numbers depend on, as texts: a checkpoint keeps them, and only a run that has the same may go on from it.</summary>
internal static class RunSettings
{
    /// <summary>Name and value of each, in the order in which people want to read them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(NetworkDescription network, ImageDataset training, ImageDataset? validation, RunOptions options)
    {
        List<KeyValuePair<string, string>> said = [];
        Add("network", network.Name);
        int left = training.Count - RunData.StepsOfEpoch(training, options) * options.Accumulation * options.BatchSize;
        Add("images", $"{Text(training.Count)} of {Text(training.Classes.Count)} classes{(left == 0 ? "" : $", each epoch without {Text(left)} of them, others each time")}");
        Add("names and labels", DatasetFingerprint.Of(training));
        Add("judged by", validation is null ? "no images" : $"{Text(validation.Count)} images of {System.IO.Path.GetFileName(validation.Name.TrimEnd(System.IO.Path.DirectorySeparatorChar))}, {DatasetFingerprint.Of(validation)}");
        Add("epochs", Text(options.Epochs));
        Add("batch", options.Accumulation == 1 ? Text(options.BatchSize) : $"{Text(options.Accumulation)} times {Text(options.BatchSize)}");
        Add("recipe", options.Recipe.Name);
        said.AddRange(RecipeFor(training, options).Describe(options.BatchSize * options.Accumulation));
        Add("begins with", options.Weights is not null ? System.IO.Path.GetFileName(options.Weights) : options.OpenWeights is null ? "random weights" : "weights without a name");
        Add("trained from", options.FirstTrained ?? "the first layer");
        Add("fit", options.Fit.ToString());
        Preprocessing preprocessing = options.Preprocessing ?? network.Preprocessing;
        Add("resize", $"{Text(preprocessing.Resize)}, of which {Text(preprocessing.Crop)} are seen, {preprocessing.Interpolation.ToString().ToLowerInvariant()}");
        Add("mean", string.Join(", ", preprocessing.Mean.Select(Number)));
        Add("std", string.Join(", ", preprocessing.Std.Select(Number)));
        Add("seed", options.Seed.ToString(CultureInfo.InvariantCulture));
        return said;

        void Add(string name, string value) => said.Add(new KeyValuePair<string, string>(name, value));
    }

    /// <summary>The recipe as it is followed: the classes of an image with any number of them have a loss each, in which nothing is smoothed.</summary>
    public static Recipe RecipeFor(ImageDataset training, RunOptions options) => training.IsMultiLabel ? options.Recipe with { LabelSmoothing = 0 } : options.Recipe;

    /// <summary>Refuses to go on with other settings than those that a checkpoint was made with.</summary>
    /// <exception cref="RunException">They differ.</exception>
    public static void ThrowIfOther(IReadOnlyList<KeyValuePair<string, string>> settings, IReadOnlyDictionary<string, string> kept, string checkpoint)
    {
        string[] other = settings
            .Where(setting => kept.GetValueOrDefault(setting.Key) != setting.Value)
            .Select(setting => $"{setting.Key} was {kept.GetValueOrDefault(setting.Key) ?? "not known"} and is now {setting.Value}")
            .ToArray();
        if (other.Length > 0)
            throw new RunException($"{checkpoint}: was made by a run with other settings: {string.Join("; ", other)}");
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);
}
