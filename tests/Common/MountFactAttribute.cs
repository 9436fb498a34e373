using System.ComponentModel;
using System.Diagnostics;

namespace EfficientNet.Tests;

/// <summary>A test that mounts a small disk in a namespace of its own: skipped where the system does not allow it, except under CI, where it then fails.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute() => Skip = SkipReason;

    /// <summary>Why such tests are skipped; null where they run.</summary>
    public static string? SkipReason { get; } = CanMount() || SharedFolder.IsContinuousIntegration ? null : "no file system can be mounted here";

    private static bool CanMount()
    {
        try
        {
            using Process process = Process.Start("unshare", ["-rm", "true"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

/// <inheritdoc cref="MountFactAttribute"/>
internal sealed class MountTheoryAttribute : TheoryAttribute
{
    public MountTheoryAttribute() => Skip = MountFactAttribute.SkipReason;
}
