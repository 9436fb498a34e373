using Xunit.Abstractions;

namespace EfficientNet.Runtime.Tests.Support;

/// <summary>The folder of references and weights beside the repository. Without it a test is skipped, but not in CI.</summary>
internal static class SharedFolder
{
    public static bool TryFind(ITestOutputHelper output, out string folder)
    {
        folder = Environment.GetEnvironmentVariable("EFFICIENTNET_SHARED") ?? "";
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); folder.Length == 0 && at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "reference")))
                folder = candidate;
        }
        if (folder.Length > 0 && Directory.Exists(Path.Combine(folder, "reference")))
            return true;

        Environment.GetEnvironmentVariable("CI").ShouldNotBe("true", "the shared folder must be there in CI");
        output.WriteLine("Skipped: there is no shared folder (set EFFICIENTNET_SHARED).");
        return false;
    }
}
