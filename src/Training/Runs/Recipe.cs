using System.Globalization;

namespace EfficientNet.Training;

/// <summary>How a run learns: everything but the network, the data and the length, under a name.</summary>
public sealed record Recipe
{
    /// <summary>What EfficientNet was trained with on ImageNet (Tan, Le 2019; the published code's defaults): TensorFlow's RMSProp, warm-up over 5 epochs, ×0.97 every 2.4,
    /// label smoothing, moving average, random crops and flips with RandAugment. The rate is 0.016 for a batch of 256, and is scaled with the batch. Biases do not decay, as in the
    /// authors' later code (google/automl); in that of the paper those of squeeze-excite and classifier do.</summary>
    public static Recipe Paper { get; } = new()
    {
        Name = "paper",
        Optimizer = new RmsPropOptimizer { Alpha = 0.9, Momentum = 0.9, Epsilon = 1e-3, TensorFlow = true, WeightDecay = 1e-5 },
        Rate = new RatePlan { Peak = 0.016, Form = RateForm.Staircase, WarmUpEpochs = 5, Decay = 0.97, DecayEpochs = 2.4 },
        RateBatch = 256,
        LabelSmoothing = 0.1f,
        AverageDecay = 0.9999,
        Augmentation = "standard,randaugment",
    };

    /// <summary>Pretrained weights on a new task: SGD with Nesterov's momentum at a small rate, warm-up over half an epoch, cosine to zero, gradients clipped.</summary>
    public static Recipe FineTune { get; } = new()
    {
        Name = "fine-tune",
        Optimizer = new SgdOptimizer { Momentum = 0.9, Nesterov = true, WeightDecay = 1e-4 },
        Rate = new RatePlan { Peak = 0.01, WarmUpEpochs = 0.5 },
        LabelSmoothing = 0.1f,
        ClipNorm = 5,
        Augmentation = "standard",
    };

    /// <summary>Small images from nothing: AdamW, warm-up over 50 steps, cosine to zero, label smoothing, no augmentation.</summary>
    public static Recipe Small { get; } = new()
    {
        Name = "small",
        Optimizer = new AdamWOptimizer { WeightDecay = 0.05 },
        Rate = new RatePlan { Peak = 2e-3, WarmUpSteps = 50 },
        LabelSmoothing = 0.1f,
        Augmentation = "none",
    };

    /// <summary>All that have a name.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [FineTune, Small, Paper];

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The update rule.</summary>
    public required Optimizer Optimizer { get; init; }

    /// <summary>The learning rate.</summary>
    public required RatePlan Rate { get; init; }

    /// <summary>The batch that the rate is for: the peak grows in proportion with an update's images (Goyal et al. 2017). 0 for a rate that does not.</summary>
    public int RateBatch { get; init; }

    /// <summary>Part of the probability that a label gives to all classes alike. Of images with any number of classes nothing is smoothed.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>What the moving average of the weights keeps at each update, warmed up as min(d, (1 + t) / (10 + t)), t from 0; 0 for no average.</summary>
    public double AverageDecay { get; init; }

    /// <summary>The largest norm of all gradients together; infinity for any.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>What is done to images: a name that <see cref="EfficientNet.Training.Augmentation.FromName"/> knows.</summary>
    public string Augmentation { get; init; } = "none";

    /// <summary>The learning rate's plan for a batch.</summary>
    /// <param name="images">Images of an update.</param>
    public RatePlan RateOf(int images)
    {
        return RateBatch == 0 ? Rate : Rate with { Peak = Rate.Peak * images / RateBatch };
    }

    /// <summary>Every number, for people: name and value.</summary>
    /// <param name="images">Images of an update.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Describe(int images)
    {
        RatePlan rate = RateOf(images);
        List<KeyValuePair<string, string>> said = [];
        Add("optimizer", Optimizer switch
        {
            SgdOptimizer sgd => $"SGD, momentum {Number(sgd.Momentum)}{(sgd.Nesterov ? " (Nesterov)" : "")}",
            RmsPropOptimizer rms => $"RMSProp{(rms.TensorFlow ? " as in TensorFlow" : "")}, alpha {Number(rms.Alpha)}, momentum {Number(rms.Momentum)}, epsilon {Number(rms.Epsilon)}",
            AdamWOptimizer adam => $"AdamW, beta {Number(adam.Beta1)} and {Number(adam.Beta2)}, epsilon {Number(adam.Epsilon)}",
            _ => Optimizer.GetType().Name,
        });
        Add("weight decay", $"{Number(Optimizer.WeightDecay)}{(Optimizer.DecaysAll ? ", of all parameters" : "")}");
        string[] over = [.. rate.WarmUpEpochs > 0 ? [$"{Number(rate.WarmUpEpochs)} epochs"] : Array.Empty<string>(), .. rate.WarmUpSteps > 0 ? [$"{rate.WarmUpSteps} steps"] : Array.Empty<string>()];
        string warmUp = over.Length == 0 ? "" : $", warm-up over {string.Join(" and ", over)}";
        string form = rate.Form switch
        {
            RateForm.Cosine => ", cosine to 0",
            RateForm.Staircase => $", times {Number(rate.Decay)} every {Number(rate.DecayEpochs)} epochs",
            _ => "",
        };
        Add("learning rate", $"{Number(rate.Peak)}{warmUp}{form}");
        Add("label smoothing", LabelSmoothing.ToString(CultureInfo.InvariantCulture));
        Add("average of weights", AverageDecay == 0 ? "no" : $"keeps {Number(AverageDecay)} at each step");
        Add("gradients' norm", double.IsInfinity(ClipNorm) ? "not clipped" : $"clipped to {Number(ClipNorm)}");
        string done = EfficientNet.Training.Augmentation.FromName(Augmentation).Describe();
        Add("augmentation", done.Length == 0 ? Augmentation : $"{Augmentation}: {done}");
        return said;

        void Add(string name, string value) => said.Add(new KeyValuePair<string, string>(name, value));
    }

    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    internal void ThrowIfOutOfRange()
    {
        Optimizer.ThrowIfOutOfRange();
        Optimizer.ThrowIfNot(LabelSmoothing is >= 0 and <= 1, LabelSmoothing, "from 0 to 1", nameof(LabelSmoothing));
        Optimizer.ThrowIfNot(AverageDecay is >= 0 and < 1, AverageDecay, "at least 0 and below 1", nameof(AverageDecay));
        Optimizer.ThrowIfNot(ClipNorm > 0, ClipNorm, "above 0, or infinity for no clipping", nameof(ClipNorm));
    }

    /// <summary>A number as people write it, where that says it but for what arithmetic leaves in the last digits, else every digit: who has another one may not go on.</summary>
    private static string Number(double value)
    {
        string text = value.ToString("0.##########", CultureInfo.InvariantCulture);
        return Math.Abs(double.Parse(text, CultureInfo.InvariantCulture) - value) <= 1e-14 * Math.Abs(value) ? text : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
