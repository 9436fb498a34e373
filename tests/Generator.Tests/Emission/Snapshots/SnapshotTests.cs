using EfficientNet.Compiler.Emission;
using EfficientNet.Testing;

namespace EfficientNet.Compiler.Tests.Emission.Snapshots;

/// <summary>The snapshots' own helper: it must notice a difference, or no snapshot means anything.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_accepted_matches_and_what_differs_is_received_with_its_line()
    {
        Snapshot.Match("one\ntwo\nthree\n", "Some.Test", _folder, "cs", accept: true);
        Snapshot.Match("one\ntwo\nthree\n", "Some.Test", _folder, "cs", accept: false);
        Files().ShouldBe(["Some.Test.verified.cs"]);

        string message = Should.Throw<SnapshotException>(() => Snapshot.Match("one\n2\nthree\n", "Some.Test", _folder, "cs", accept: false)).Message;
        message.ShouldContain("line 2 differs.\n  - two\n  + 2\n");
        Files().ShouldBe(["Some.Test.received.cs", "Some.Test.verified.cs"]);

        Snapshot.Match("one\n2\nthree\n", "Some.Test", _folder, "cs", accept: true);
        Snapshot.Match("one\n2\nthree\n", "Some.Test", _folder, "cs", accept: false);
        Files().ShouldBe(["Some.Test.verified.cs"]);
    }

    [Fact]
    public void Line_ends_of_other_systems_are_no_difference()
    {
        Snapshot.Match("one\r\ntwo\r\n", "Some.Test", _folder, "cs", accept: true);
        Snapshot.Match("one\r\ntwo\r\n", "Some.Test", _folder, "cs", accept: false);
        Snapshot.Match("one\ntwo\n", "Some.Test", _folder, "cs", accept: false);
        Files().ShouldBe(["Some.Test.verified.cs"]);
    }

    [Fact]
    public void An_accepted_text_without_a_line_feed_at_its_end_is_no_difference()
    {
        File.WriteAllText(Path.Combine(_folder, "Some.Test.verified.cs"), "one\ntwo");
        Snapshot.Match("one\ntwo\n", "Some.Test", _folder, "cs", accept: false);
        Files().ShouldBe(["Some.Test.verified.cs"]);
    }

    [Fact]
    public void A_text_that_only_grows_differs_too()
    {
        Snapshot.Match("one\n", "Some.Test", _folder, "txt", accept: true);
        Should.Throw<SnapshotException>(() => Snapshot.Match("one\ntwo\n", "Some.Test", _folder, "txt", accept: false)).Message.ShouldContain("+ two");
    }

    [Fact]
    public void What_nobody_accepted_fails()
    {
        Should.Throw<SnapshotException>(() => Snapshot.Match("one\n", "Some.Test", _folder, "txt", accept: false)).Message.ShouldContain("nothing is accepted");
        Files().ShouldBe(["Some.Test.received.txt"]);
    }

    [Fact]
    public void What_cannot_be_written_leaves_what_was_accepted()
    {
        Snapshot.Match("one\n", "Some.Test", _folder, "txt", accept: true);
        // Where the text would be received or accepted: as little room for it as on a full disk.
        Directory.CreateDirectory(Path.Combine(_folder, "Some.Test.received.txt"));
        Directory.CreateDirectory(Path.Combine(_folder, "Other.Test.verified.txt"));
        Refused(() => Snapshot.Match("two\n", "Some.Test", _folder, "txt", accept: false));
        Refused(() => Snapshot.Match("two\n", "Other.Test", _folder, "txt", accept: true));
        File.ReadAllText(Path.Combine(_folder, "Some.Test.verified.txt")).ShouldBe("one\n");
        Files().ShouldBe(["Some.Test.verified.txt"], "nothing temporary is left");

        static void Refused(Action match) => (Should.Throw<Exception>(match) is IOException or UnauthorizedAccessException).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said_so_and_why_where_a_build_replaced_its_path()
    {
        string gone = Path.Combine(_folder, "gone");
        Should.Throw<SnapshotException>(() => Snapshot.Match("one\n", "Some.Test", gone, "txt", accept: true)).Message.ShouldBe($"Some.Test: the folder {gone} is not there.");
        Should.Throw<SnapshotException>(() => Snapshot.Match("one\n", "Some.Test", "/_/tests", "txt", accept: true)).Message.ShouldContain("set DeterministicSourcePaths to false");
    }

    [Fact]
    public void Line_ends_of_the_checkout_do_not_matter()
    {
        File.WriteAllText(Path.Combine(_folder, "Some.Test.verified.txt"), "one\r\ntwo\r\n");
        Snapshot.Match("one\ntwo\n", "Some.Test", _folder, "txt", accept: false);
    }

    [Fact]
    public void The_compilers_version_is_no_difference() =>
        Snapshot.WithoutVersion($"// EfficientNet.Compiler {Header.Version} · x\nCompilerVersion = \"{Header.Version}\"").ShouldBe("// EfficientNet.Compiler %VERSION% · x\nCompilerVersion = \"%VERSION%\"");

    private string[] Files() => Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToArray();
}
