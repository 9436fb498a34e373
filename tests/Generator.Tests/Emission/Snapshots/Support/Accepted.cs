using System.Runtime.CompilerServices;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;

namespace EfficientNet.Compiler.Tests.Emission.Snapshots.Support;

/// <summary>Snapshots beside the test that compares them: <c>Class.Method.verified.cs</c>.</summary>
internal static class Accepted
{
    public static void Match(string actual, string extension = "cs", [CallerFilePath] string testFile = "", [CallerMemberName] string method = "") =>
        Snapshot.Match(actual, Path.GetFileNameWithoutExtension(testFile) + "." + method, FolderOf(testFile), extension);

    /// <summary>The folder of a test's source, also where a deterministic build has replaced the repository's path by <c>/_/</c>.</summary>
    private static string FolderOf(string testFile)
    {
        string normal = testFile.Replace('\\', '/');
        const string Project = "tests/Generator.Tests/";
        string inside = normal[normal.LastIndexOf(Project, StringComparison.Ordinal)..];
        return Path.GetDirectoryName(Path.Combine(Repository.Root, inside))!;
    }
}
