namespace EfficientNet.Tests;

/// <summary>The folder of references, weights and photos that lives beside the repository; every test project compiles this file.</summary>
internal static class SharedFolder
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Why a test that needs the folder cannot run here, or null where it can. Under CI a missing folder is a failure, never a skip.</summary>
    public static string? SkipReason => Found.Value is null && !IsContinuousIntegration
        ? "the shared folder is not here; set EFFICIENTNET_SHARED to it"
        : null;

    /// <summary>Whether what a test needs must be here.</summary>
    public static bool IsContinuousIntegration =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path inside the folder.</summary>
    public static string File(params string[] parts)
    {
        string root = Found.Value ?? throw new DirectoryNotFoundException(
            "the shared folder is absent: neither EFFICIENTNET_SHARED nor a sibling folder named shared leads to it");
        return Path.Combine([root, .. parts]);
    }

    /// <summary>A path inside the folder's references.</summary>
    public static string Reference(params string[] parts) => File(["reference", .. parts]);

    /// <summary>A path inside the folder's photos.</summary>
    public static string Photo(params string[] parts) => File(["photos", .. parts]);

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("EFFICIENTNET_SHARED");
        if (!string.IsNullOrEmpty(named)) return Directory.Exists(Path.Combine(named, "reference")) ? named : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "reference"))) return candidate;
        }

        return null;
    }
}

/// <summary>A test that reads the shared folder: skipped where there is none, except under CI, where it then fails.</summary>
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFolder.SkipReason;
}

/// <inheritdoc cref="SharedFactAttribute"/>
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFolder.SkipReason;
}
