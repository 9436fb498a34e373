using System.Runtime.CompilerServices;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Emission.Snapshots.Support;

/// <summary>Compares a text with the accepted one beside the test, by the conventions of Verify.</summary>
/// <remarks>
/// The accepted text is <c>Class.Method.verified.cs</c> (or <c>.txt</c>). Where a text differs, <c>Class.Method.received.cs</c> is written
/// and the test fails with the first line that differs. Rename the received file to accept it, or run the tests with
/// <c>UPDATE_SNAPSHOTS=1</c> to accept all.
/// </remarks>
internal static class Snapshot
{
    /// <summary>The compiler's version changes with every release and says nothing about its output.</summary>
    public static string WithoutVersion(string text) => text
        .Replace($"EfficientNet.Compiler {Header.Version} ", "EfficientNet.Compiler %VERSION% ", StringComparison.Ordinal)
        .Replace($"\"{Header.Version}\"", "\"%VERSION%\"", StringComparison.Ordinal);

    public static void Match(string actual, string extension = "cs", [CallerFilePath] string testFile = "", [CallerMemberName] string method = "") =>
        Match(actual, extension, FolderOf(testFile), Path.GetFileNameWithoutExtension(testFile) + "." + method, Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1");

    /// <exception cref="ShouldAssertException">The texts differ, or nothing was accepted yet; the message has the first differing line.</exception>
    internal static void Match(string actual, string extension, string folder, string name, bool accept)
    {
        string verifiedPath = Path.Combine(folder, $"{name}.verified.{extension}");
        string receivedPath = Path.Combine(folder, $"{name}.received.{extension}");
        string text = WithoutVersion(actual);
        if (!text.EndsWith('\n')) text += "\n";
        string? verified = File.Exists(verifiedPath) ? File.ReadAllText(verifiedPath).Replace("\r\n", "\n", StringComparison.Ordinal) : null;
        if (text == verified || accept)
        {
            if (text != verified) File.WriteAllText(verifiedPath, text);
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, text);
        throw new ShouldAssertException(verified is null
            ? $"{name}: nothing is accepted yet. See {Path.GetFileName(receivedPath)}; UPDATE_SNAPSHOTS=1 accepts it."
            : $"{name}: {Difference(verified, text)}\nSee {Path.GetFileName(receivedPath)}; UPDATE_SNAPSHOTS=1 accepts it.");
    }

    /// <summary>The first line in which two different texts differ.</summary>
    private static string Difference(string verified, string received)
    {
        string[] old = verified.Split('\n');
        string[] now = received.Split('\n');
        int line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).First(i => i >= old.Length || i >= now.Length || old[i] != now[i]);
        return $"line {line + 1} differs.\n  - {(line < old.Length ? old[line] : "(the end)")}\n  + {(line < now.Length ? now[line] : "(the end)")}";
    }

    /// <summary>The folder of a test's source, also where a deterministic build has replaced the repository's path by <c>/_/</c>.</summary>
    private static string FolderOf(string testFile)
    {
        string normal = testFile.Replace('\\', '/');
        const string Project = "tests/Generator.Tests/";
        string inside = normal[normal.LastIndexOf(Project, StringComparison.Ordinal)..];
        return Path.GetDirectoryName(Path.Combine(Repository.Root, inside))!;
    }
}
