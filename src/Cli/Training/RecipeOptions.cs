using System.CommandLine;
using EfficientNet.Cli.Invocation;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Training;

namespace EfficientNet.Cli.Training;

/// <summary>How a run learns: <c>--recipe</c>, and what the command line changes of it.</summary>
internal sealed class RecipeOptions
{
    private static readonly (string Word, Optimizer? Rule)[] Optimizers =
    [
        ("sgd", new SgdOptimizer()), ("nesterov", new SgdOptimizer { Nesterov = true }), ("rmsprop", new RmsPropOptimizer()), ("rmsprop-torch", new RmsPropOptimizer { TensorFlow = false }),
        ("adamw", new AdamWOptimizer()),
    ];

    private readonly Option<Recipe?> _recipe = SharedOptions.OneOf<Recipe?>(
        "--recipe", "How to learn; the options below change parts of it. Default: fine-tune with --weights, else small.", Recipe.All.Select(recipe => (recipe.Name, (Recipe?)recipe)).ToArray());

    private readonly Option<Optimizer?> _optimizer = SharedOptions.OneOf("--optimizer", "The update rule, with its usual constants. Default: the recipe's.", Optimizers);
    private readonly Option<double?> _rate = SharedOptions.Real("--lr", "The learning rate after the warm-up, for the batch as it is. Default: the recipe's.", 0, 1e6);
    private readonly Option<double?> _decay = SharedOptions.Real("--weight-decay", "Weight decay of weights; biases and BatchNorm have none. Default: the recipe's.", 0, 1e6);
    private readonly Option<double?> _smoothing = SharedOptions.Real("--label-smoothing", "Part of the probability that a label gives to all classes alike; images with any number of labels have none. Default: the recipe's.", 0, 1);
    private readonly Option<double?> _average = SharedOptions.Real("--ema", "What a moving average of the weights keeps at each step; 0 for none. Default: the recipe's.", 0, 0.9999999);
    private readonly Option<double?> _clip = SharedOptions.Real("--clip", "The largest norm of all gradients; 0 for any. Default: the recipe's.", 0, 1e30);

    private readonly Option<string?> _augment = new("--augment")
    {
        HelpName = "NAME[,NAME…]",
        Description = $"What is done to images: a preset ({string.Join(", ", Augmentation.Names)}), operations ({string.Join(", ", Augmentation.Operations)}), or operations after a preset. Default: the recipe's.",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value.ToLowerInvariant();
            string[] parts = given.Split(',');
            for (int place = 0; place < parts.Length; place++)
            {
                // A preset is a beginning, and no more than that.
                IEnumerable<string> known = place == 0 ? Augmentation.Names.Concat(Augmentation.Operations) : Augmentation.Operations;
                if (known.Contains(parts[place])) continue;
                result.AddError($"--augment does not take '{parts[place]}'{(place == 0 ? "" : " there")}: {Suggestions.For(parts[place], known)}");
                return null;
            }

            return given;
        },
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _recipe, _optimizer, _rate, _decay, _smoothing, _average, _clip, _augment }) command.Options.Add(option);
    }

    /// <summary>The recipe that the command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pretrained">Whether the run begins with weights.</param>
    public Recipe Of(ParseResult parsed, bool pretrained)
    {
        Recipe recipe = parsed.GetValue(_recipe) ?? (pretrained ? Recipe.FineTune : Recipe.Small);
        if (parsed.GetValue(_optimizer) is { } optimizer) recipe = recipe with { Optimizer = optimizer with { WeightDecay = recipe.Optimizer.WeightDecay } };
        if (parsed.GetValue(_decay) is { } decay) recipe = recipe with { Optimizer = recipe.Optimizer with { WeightDecay = decay } };
        if (parsed.GetValue(_rate) is { } rate) recipe = recipe with { Rate = recipe.Rate with { Peak = rate }, RateBatch = 0 };
        if (parsed.GetValue(_smoothing) is { } smoothing) recipe = recipe with { LabelSmoothing = (float)smoothing };
        if (parsed.GetValue(_average) is { } average) recipe = recipe with { AverageDecay = average };
        if (parsed.GetValue(_clip) is { } clip) recipe = recipe with { ClipNorm = clip == 0 ? double.PositiveInfinity : clip };
        if (parsed.GetValue(_augment) is { } augmentation) recipe = recipe with { Augmentation = augmentation };
        return recipe;
    }
}
