namespace EfficientNet.Package.Tests.Support;

/// <summary>A test that publishes with NativeAOT: skipped where its linker is not installed or its packages are not on the machine, which in CI is a failure.</summary>
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !System.Runtime.Intrinsics.X86.Avx2.IsSupported) Skip = "for Linux on x86-64 with AVX2";
        else if (SharedFolder.IsContinuousIntegration) return;
        else if (!HasProgram("clang")) Skip = "clang, which links, is not installed";
        else if (!Directory.Exists(Path.Combine(Workshop.MachinePackages, "microsoft.dotnet.ilcompiler"))) Skip = "the native compiler's package is not on this machine";
    }

    /// <summary>What to tell the build about the linker that is here.</summary>
    public static string Linker => HasProgram("ld.lld") ? "-p:LinkerFlavor=lld" : "-p:LinkerFlavor=bfd";

    private static bool HasProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
