namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>What the forward pass has to reach on a class of processors: the issue on speed, as a table.</summary>
internal sealed record SpeedGoals
{
    private static readonly SpeedGoals Zen5 = new()
    {
        Class = "Zen 5 class",
        Share = new() { ["EfficientNetB0"] = 70, ["EfficientNetB4"] = 75, ["EfficientNetB7"] = 80, ["EfficientNetLite0"] = 78 },
        Faster = new() { ["EfficientNetB0"] = 1.45, ["EfficientNetB4"] = 1.25, ["EfficientNetB7"] = 1.25, ["EfficientNetLite0"] = 1.2 },
        FasterAtLeast = 1.2,
        ShareOnAvx2 = 70,
        BatchGain = 1.1,
        Sooner = 10,
    };

    private static readonly SpeedGoals Xeon = new()
    {
        Class = "Xeon class",
        Share = new() { ["EfficientNetB0"] = 67, ["EfficientNetB4"] = 70, ["EfficientNetB7"] = 75, ["EfficientNetLite0"] = 75 },
        Faster = new() { ["EfficientNetB0"] = 1.9, ["EfficientNetB4"] = 1.85, ["EfficientNetB7"] = 1.6, ["EfficientNetLite0"] = 1.5 },
        FasterAtLeast = 1.35,
        ShareOnAvx2 = 65,
        BatchGain = 1.15,
        Sooner = 5,
    };

    /// <summary>The class's name.</summary>
    public required string Class { get; init; }

    /// <summary>Least share of the FMA peak with one thread, in percent, of the networks that have one.</summary>
    public required Dictionary<string, double> Share { get; init; }

    /// <summary>How many times faster than ONNX Runtime with one thread, of the networks that have a number of their own.</summary>
    public required Dictionary<string, double> Faster { get; init; }

    /// <summary>The same for every other of the thirteen.</summary>
    public required double FasterAtLeast { get; init; }

    /// <summary>Least share of the peak of 256 bits by the AVX2 kernels with one thread, in percent.</summary>
    public required double ShareOnAvx2 { get; init; }

    /// <summary>Images a second in batches against one by one.</summary>
    public required double BatchGain { get; init; }

    /// <summary>How many times sooner than ONNX Runtime a fresh NativeAOT process has its first logits.</summary>
    public required double Sooner { get; init; }

    /// <summary>Every network of every class, with any number of threads: the issue on the family.</summary>
    public static double FamilyFaster => 1.2;

    /// <summary>The part of one thread's share of its peak that two threads have of theirs, in percent.</summary>
    public static double SecondThread => 90;

    /// <summary>Peak resident memory against ONNX Runtime's, in percent.</summary>
    public static double Memory => 50;

    /// <summary>From the start of a fresh process to the first logits under the JIT, in milliseconds.</summary>
    public static double JitStart => 1000;

    /// <summary>Those of a processor, by the line that reports have of it; null where the issue names none for its class.</summary>
    public static SpeedGoals? Of(string processor) =>
        processor.Contains("Xeon", StringComparison.Ordinal) ? Xeon : processor.Contains("AMD", StringComparison.Ordinal) && processor.Contains("family 26 ", StringComparison.Ordinal) ? Zen5 : null;

    /// <summary>Whether a network is one of the thirteen that the issue on speed names: B0 to B7, Lite0 to Lite4.</summary>
    public static bool IsOfThirteen(string network) => !network.StartsWith("EfficientNetV2", StringComparison.Ordinal);

    /// <summary>How many times faster than ONNX Runtime a network has to be.</summary>
    public double FasterOf(string network, int threads) =>
        threads > 1 || !IsOfThirteen(network) ? FamilyFaster : Faster.GetValueOrDefault(network, FasterAtLeast);
}
