using System.Diagnostics;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class ImageFolderTests
{
    [Fact]
    public void Classes_and_pictures_come_in_ordinal_order()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "b/2.png", "b/10.PNG", "B/x.jpeg", "a/z.jpg", "a/.hidden.png", "a/notes.txt", ".git/x.png" })
            folder.Png(name);

        ImageFolder data = ImageFolder.Open(folder.Root);

        data.Name.ShouldBe(folder.Root);
        data.Classes.ShouldBe(["B", "a", "b"]);
        Enumerable.Range(0, data.Count).Select(data.NameOf).ShouldBe(new[] { "B/x.jpeg", "a/z.jpg", "b/10.PNG", "b/2.png" }.Select(name => folder[name]));
        Enumerable.Range(0, data.Count).Select(index => data.LabelsOf(index).ToArray().Single()).ShouldBe([0, 1, 2, 2]);
        data.Read(3).Pixels.ToArray().ShouldBe([5, 5, 5, 6, 6, 6]);
    }

    [Fact]
    public void Given_classes_keep_their_order_and_may_lack_a_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Png("a/1.png");
        folder.Png("b/1.png");

        ImageFolder data = ImageFolder.Open(folder.Root, ["c", "b", "a"]);

        data.Classes.ShouldBe(["c", "b", "a"]);
        data.NameOf(0).ShouldBe(folder["b/1.png"]);
        data.LabelsOf(0).ToArray().ShouldBe([1]);
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        using var folder = new TemporaryFolder();
        Message(() => ImageFolder.Open(folder["none"])).ShouldBe($"{folder["none"]}: there is no such file or folder");
        Message(() => ImageFolder.Open(folder.Write("x.txt", ""))).ShouldBe($"{folder["x.txt"]}: is a file: expected one folder of images for each class, in a folder");
        Message(() => ImageFolder.Open(folder.Root)).ShouldBe($"{folder.Root}: expected one folder of images for each class, found no folder");
        folder.Write("a/x.txt", "");
        Message(() => ImageFolder.Open(folder.Root)).ShouldBe($"{folder.Root}: expected images (.png, .jpg, .jpeg) in the folders of a, found none");
        folder.Png("a/1.png");
        Message(() => ImageFolder.Open(folder.Root, ["b", "c"])).ShouldBe($"{folder.Root}: folder a: expected a class (b, c), found 'a'");
        Message(() => ImageFolder.Open(folder.Root, ["b", "a", "c", "a"])).ShouldBe($"{folder.Root}: folder a: expected a name that only one class has, found 'a', the name of classes 1 and 3");
        ImageFolder.Open(folder.Root, ["b", "a", "b"]).LabelsOf(0).ToArray().ShouldBe([1]);
    }

    [Fact]
    public void A_class_that_cannot_be_read_is_named()
    {
        // Other systems have no such names.
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TemporaryFolder();
        folder.Png("a/1.png");
        // Root reads everything; a name that is not UTF-8 nobody finds again.
        using (Process made = Process.Start("sh", ["-c", "mkdir \"$0/$(printf 'caf\\351')\"", folder.Root])) made.WaitForExit();
        Message(() => ImageFolder.Open(folder.Root)).ShouldBe($"{folder["caf\uFFFD"]}: there is no such file or folder");
        using (Process removed = Process.Start("sh", ["-c", "rmdir \"$0\"/caf*", folder.Root])) removed.WaitForExit();
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named()
    {
        using var folder = new TemporaryFolder();
        string gif = folder.Write("a/1.png", "GIF89a");
        string gone = folder.Png("a/2.png");
        ImageFolder data = ImageFolder.Open(folder.Root);
        File.Delete(gone);

        Message(() => data.Read(0)).ShouldBe($"{gif}: GIF is not supported: only PNG and JPEG are read");
        Message(() => data.Read(1)).ShouldBe($"{gone}: there is no such file or folder");
    }

    private static string Message(Action action)
    {
        return Should.Throw<DatasetException>(action).Message;
    }
}
