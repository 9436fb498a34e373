using EfficientNet.Cli.Output;
using EfficientNet.Training;

namespace EfficientNet.Cli.Training;

/// <summary>Reads every image before hours are spent on the first of them.</summary>
internal static class DataCheck
{
    /// <exception cref="DatasetException">Something is wrong with the images; the message names them.</exception>
    public static void Run(Terminal terminal, ImageDataset data, CancellationToken interrupted)
    {
        terminal.WithProgress("check images", data.Count, step =>
            DatasetCheck.Check(data, Environment.ProcessorCount, new Each(step), interrupted));
    }

    private sealed class Each(Action step) : IProgress<int>
    {
        public void Report(int value) => step();
    }
}
