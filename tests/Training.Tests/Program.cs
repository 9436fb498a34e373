using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

/// <summary>A run that saves a checkpoint after every step, from the newest one on, until it is killed or a file cannot be written.</summary>
internal static class Program
{
    /// <summary>Answers each saved step on a line of its own.</summary>
    /// <param name="arguments">The folder of the checkpoints.</param>
    public static int Main(string[] arguments)
    {
        var checkpoints = new CheckpointFolder(arguments[0], keep: 2);
        using var steps = new NumberedSteps();
        if (checkpoints.Latest() is { } newest) steps.Load(newest);
        try
        {
            while (true)
            {
                steps.GoTo(steps.Step + 1);
                checkpoints.Save(steps.Trainer, steps.Average, steps.State);
                Console.WriteLine(steps.Step);
            }
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
