using System.Text.RegularExpressions;

namespace EfficientNet.Testing;

/// <summary>Compares a text with the accepted one in a folder, by the conventions of Verify.</summary>
/// <remarks>
/// The accepted text is <c>Name.verified.cs</c> (or another extension). Where a text differs, <c>Name.received.cs</c> is written beside it
/// and the comparison fails with the first line that differs. Rename the received file to accept it, or set
/// <c>UPDATE_SNAPSHOTS=1</c> to accept all.
/// </remarks>
public static partial class Snapshot
{
    /// <summary>The environment variable that accepts everything when it is 1.</summary>
    public const string UpdateVariable = "UPDATE_SNAPSHOTS";

    /// <summary>The text without the compiler's version, which changes with every release and says nothing about its output.</summary>
    /// <param name="text">A generated file.</param>
    public static string WithoutVersion(string text) => VersionText().Replace(text, "$1%VERSION%$2");

    /// <summary>Compares, and accepts where <see cref="UpdateVariable"/> says so.</summary>
    /// <param name="actual">What was made; the compiler's version in it is not compared.</param>
    /// <param name="name">Name of the snapshot, without extension.</param>
    /// <param name="folder">Where the accepted texts lie.</param>
    /// <param name="extension">The accepted file's extension.</param>
    /// <exception cref="SnapshotException">The texts differ, nothing was accepted yet, or the folder is not there.</exception>
    /// <exception cref="IOException">A file cannot be written; what was accepted is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written; what was accepted is still there.</exception>
    public static void Match(string actual, string name, string folder, string extension = "cs") =>
        Match(actual, name, folder, extension, Environment.GetEnvironmentVariable(UpdateVariable) == "1");

    internal static void Match(string actual, string name, string folder, string extension, bool accept)
    {
        if (!Directory.Exists(folder))
        {
            string replaced = folder.StartsWith("/_", StringComparison.Ordinal) ? " The build replaced the paths of sources: set DeterministicSourcePaths to false in the tests' project." : "";
            throw new SnapshotException($"{name}: the folder {folder} is not there.{replaced}");
        }

        string verifiedPath = Path.Combine(folder, $"{name}.verified.{extension}");
        string receivedPath = Path.Combine(folder, $"{name}.received.{extension}");
        string text = InLines(WithoutVersion(actual));
        // What Verify and some editors write has no line feed at its end.
        string? verified = File.Exists(verifiedPath) ? InLines(File.ReadAllText(verifiedPath)) : null;
        if (text == verified)
        {
            File.Delete(receivedPath);
            return;
        }

        Write(accept ? verifiedPath : receivedPath, text);
        if (accept)
        {
            File.Delete(receivedPath);
            return;
        }

        throw new SnapshotException(verified is null
            ? $"{name}: nothing is accepted yet. See {Path.GetFileName(receivedPath)}; {UpdateVariable}=1 accepts it."
            : $"{name}: {Difference(verified, text)}\nSee {Path.GetFileName(receivedPath)}; {UpdateVariable}=1 accepts it.");
    }

    /// <summary>Whoever opens the path finds the old text or the whole new one, also while tests for another framework write the same.</summary>
    private static void Write(string path, string text)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A text whose every line, the last one too, ends in a line feed.</summary>
    private static string InLines(string text)
    {
        string lines = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return lines.EndsWith('\n') ? lines : lines + "\n";
    }

    /// <summary>The first line in which two different texts differ.</summary>
    private static string Difference(string verified, string received)
    {
        string[] old = verified.Split('\n');
        string[] now = received.Split('\n');
        int line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).First(i => i >= old.Length || i >= now.Length || old[i] != now[i]);
        return $"line {line + 1} differs.\n  - {(line < old.Length ? old[line] : "(the end)")}\n  + {(line < now.Length ? now[line] : "(the end)")}";
    }

    // In a file's head, in the GeneratedCode attribute, in the description.
    [GeneratedRegex("""((?:// EfficientNet\.Compiler |GeneratedCode\("EfficientNet\.Compiler", "|CompilerVersion = "))[0-9][0-9A-Za-z.+-]*("| )""")]
    private static partial Regex VersionText();
}
