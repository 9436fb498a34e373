using EfficientNet.Cli.Output;
using EfficientNet.Training;

namespace EfficientNet.Cli.Training;

/// <summary>Reads every image before hours are spent on the first of them.</summary>
internal static class DataCheck
{
    /// <param name="terminal">Where it is said how far it is.</param>
    /// <param name="data">The images.</param>
    /// <param name="everyClass">Whether every class must have one.</param>
    /// <param name="interrupted">Ends it.</param>
    /// <exception cref="DatasetException">Something is wrong with the images; the message names them.</exception>
    public static void Run(Terminal terminal, ImageDataset data, bool everyClass, CancellationToken interrupted)
    {
        terminal.WithProgress("check images", data.Count, step =>
            DatasetCheck.Check(data, Environment.ProcessorCount, new Each(step), everyClass, interrupted));
    }

    private sealed class Each(Action step) : IProgress<int>
    {
        public void Report(int value) => step();
    }
}
