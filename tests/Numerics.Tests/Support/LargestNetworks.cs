namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Checks of networks that take gigabytes or minutes: by hand, when an environment variable asks for them.</summary>
internal static class LargestNetworks
{
    /// <summary>The variable; any value will do.</summary>
    public const string Variable = "EFFICIENTNET_LARGEST_NETWORKS";

    /// <summary>Whether it is set.</summary>
    public static bool AreAskedFor => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));
}
