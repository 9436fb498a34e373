using System.ComponentModel;
using System.Diagnostics;

namespace EfficientNet.Tests;

/// <summary>A Python that has PyTorch and torchvision, if the machine has one.</summary>
internal static class PyTorch
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Its path or name; null where there is none.</summary>
    public static string? Python => Found.Value;

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("EFFICIENTNET_PYTHON");
        string[] candidates = string.IsNullOrEmpty(named) ? ["python3", "/usr/bin/python3"] : [named];
        return candidates.FirstOrDefault(Has);
    }

    // Looks for the packages without loading them, which takes seconds.
    private static bool Has(string python)
    {
        const string Question = "import importlib.util, sys; sys.exit(0 if all(importlib.util.find_spec(name) for name in ('torch', 'torchvision')) else 1)";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", Question]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
