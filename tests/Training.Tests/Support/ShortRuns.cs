namespace EfficientNet.Training.Tests.Support;

/// <summary>Short runs of digits, and what is left of them.</summary>
internal static class ShortRuns
{
    /// <summary>Images to learn from.</summary>
    public static Drawings Training { get; } = new(60, 5);

    /// <summary>Images to judge by.</summary>
    public static Drawings Validation { get; } = new(25, 5);

    public static RunOptions Options(string folder) => new()
    {
        Output = folder, Recipe = Recipe.Small with { AverageDecay = 0.9, ClipNorm = 1, Augmentation = "drawings" }, Epochs = 2, BatchSize = 8, Seed = 3, Threads = 2, CheckpointEvery = 3, LogEvery = 2,
    };

    /// <summary>All tensors of a trainer as bits.</summary>
    public static Dictionary<string, int[]> Bits(Trainer trainer) =>
        trainer.Tensors.ToDictionary(tensor => tensor.Name, tensor => Array.ConvertAll(trainer.Get(tensor), BitConverter.SingleToInt32Bits));

    public static void ShouldBeEqual(Dictionary<string, int[]> found, Dictionary<string, int[]> expected, string where)
    {
        found.Keys.ShouldBe(expected.Keys, where);
        foreach ((string name, int[] bits) in expected) found[name].ShouldBe(bits, $"{where}: {name}");
    }
}
