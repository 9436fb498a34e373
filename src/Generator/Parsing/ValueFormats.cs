namespace EfficientNet.Compiler.Parsing;

/// <summary>What a key's value may be. The parser, the JSON schema's test and the messages all read it.</summary>
internal abstract record ValueFormat
{
    /// <summary>The value in words that finish "must be".</summary>
    public abstract string Describe();
}

/// <summary>Any text.</summary>
internal sealed record TextFormat(string Meaning) : ValueFormat
{
    public override string Describe() => Meaning;
}

/// <summary>true or false.</summary>
internal sealed record FlagFormat : ValueFormat
{
    public override string Describe() => "true or false";
}

/// <summary>A number between two limits.</summary>
/// <param name="Low">The lower limit.</param>
/// <param name="High">The upper limit.</param>
/// <param name="AboveLow">Whether the lower limit itself is excluded.</param>
/// <param name="BelowHigh">Whether the upper limit itself is excluded.</param>
internal sealed record NumberFormat(double Low, double High, bool AboveLow = false, bool BelowHigh = false) : ValueFormat
{
    public bool Contains(double value) =>
        (AboveLow ? value > Low : value >= Low) && (BelowHigh ? value < High : value <= High);

    public override string Describe() =>
        $"a number {(AboveLow ? "above" : "of at least")} {Numbers.Show(Low)} and {(BelowHigh ? "below" : "at most")} {Numbers.Show(High)}";
}

/// <summary>A whole number between two included limits.</summary>
/// <param name="Low">The lowest allowed.</param>
/// <param name="High">The highest allowed.</param>
/// <param name="Odd">Whether even numbers are refused, as for kernels, which need a centre.</param>
internal sealed record IntegerFormat(int Low, int High, bool Odd = false) : ValueFormat
{
    public bool Contains(double value) => value >= Low && value <= High && (!Odd || value % 2 == 1);

    public override string Describe() => $"{(Odd ? "an odd" : "a")} whole number from {Numbers.Show(Low)} to {Numbers.Show(High)}";
}

/// <summary>One word of a list.</summary>
internal abstract record ChoiceFormat(IReadOnlyList<string> Names) : ValueFormat
{
    public override string Describe() => "one of " + string.Join(", ", Names.Select(name => $"\"{name}\""));
}

/// <summary>One word of a list, each with what it stands for.</summary>
internal sealed record ChoiceFormat<T>(params (string Name, T Value)[] Choices) : ChoiceFormat([.. Choices.Select(choice => choice.Name)])
{
    public T Value(string name) => Choices.First(choice => choice.Name == name).Value;

    /// <summary>The word for a value; the value's own name where a spec has no word for it, as a network without activations.</summary>
    public string NameOf(T value) => Choices.FirstOrDefault(choice => Equals(choice.Value, value)).Name ?? value!.ToString().ToLowerInvariant();
}

/// <summary>An array.</summary>
internal sealed record ArrayFormat(ValueFormat Element, int Low, int High) : ValueFormat
{
    public override string Describe() => Low == High
        ? $"an array of {Numbers.Show(Low)} elements"
        : $"an array of {Numbers.Show(Low)} to {Numbers.Show(High)} elements";
}

/// <summary>An object with these keys and no others.</summary>
internal sealed record ObjectFormat(params KeyFormat[] Keys) : ValueFormat
{
    public override string Describe() => "an object";

    public KeyFormat? Find(string key) => Keys.FirstOrDefault(candidate => candidate.Name == key);
}

/// <summary>One of several formats, told apart by the JSON type.</summary>
internal sealed record EitherFormat(params ValueFormat[] Alternatives) : ValueFormat
{
    public override string Describe() => string.Join(" or ", Alternatives.Select(alternative => alternative.Describe()));
}

/// <summary>The word <c>false</c>, for something the network has not.</summary>
internal sealed record AbsentFormat : ValueFormat
{
    public override string Describe() => "false";
}

/// <summary>A key of an object.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">What it may hold.</param>
/// <param name="Required">Whether it must be there whatever else is.</param>
internal sealed record KeyFormat(string Name, ValueFormat Value, bool Required = false);
