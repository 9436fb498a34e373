namespace EfficientNet.Training;

/// <summary>What a run's random numbers are for: the streams of one seed, which have to differ. Each is its word in ASCII.</summary>
internal static class RandomPurpose
{
    /// <summary>"split": which images are judged by.</summary>
    public const ulong Split = 0x73706C6974;

    /// <summary>"order": the order of an epoch's images.</summary>
    public const ulong Order = 0x6F72646572;

    /// <summary>"augment": what is done to an image.</summary>
    public const ulong Augmentation = 0x6175676D656E74;

    /// <summary>"mix": which images are mixed, and how much.</summary>
    public const ulong Mixing = 0x6D6978;

    /// <summary>"init": first weights.</summary>
    public const ulong Initialisation = 0x696E6974;

    /// <summary>"mask": what dropout and stochastic depth leave out.</summary>
    public const ulong Masks = 0x6D61736B;
}
