using System.Text;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class CsvImagesTests
{
    [Fact]
    public void Paths_are_relative_to_the_table_and_fields_may_be_quoted()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "1.png", "a, b.png", "say \"x\".png" })
            folder.Png($"photos/{name}");
        string file = folder.Write("tables/t.csv", "note,\"label\",file\r\nfirst,dog,../photos/1.png\r\n\"two\r\nlines\",\"cat, small\",\"../photos/a, b.png\"\r\n,dog,\"../photos/say \"\"x\"\".png\"\r\n");

        CsvImages data = CsvImages.Open(file);

        data.IsMultiLabel.ShouldBeFalse();
        data.Classes.ShouldBe(["cat, small", "dog"]);
        Enumerable.Range(0, data.Count).Select(index => data.LabelsOf(index).ToArray().Single()).ShouldBe([1, 0, 1]);
        data.NameOf(2).ShouldBe(folder["tables/../photos/say \"x\".png"]);
        data.Read(1).Width.ShouldBe(2);
    }

    [Fact]
    public void Several_labels_stand_between_bars()
    {
        using var folder = new TemporaryFolder();
        folder.Png("1.png");
        string file = folder.Write("t.csv", "file,labels\n1.png,red|big\n1.png,\n1.png,red|red\n");

        CsvImages data = CsvImages.Open(file);

        data.IsMultiLabel.ShouldBeTrue();
        data.Classes.ShouldBe(["big", "red"]);
        Enumerable.Range(0, 3).Select(index => data.LabelsOf(index).ToArray()).ShouldBe([[0, 1], [], [1]]);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n\r\n")]
    public void Empty_lines_at_the_end_are_passed_over(string end)
    {
        using var folder = new TemporaryFolder();
        folder.Png("1.png");
        CsvImages.Open(folder.Write("t.csv", $"file,label\n1.png,a\n1.png,b\n{end}")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("path,label\n1.png,a\n", "line 1: expected columns file and label, or file and labels, found path, label")]
    [InlineData("file,\"file\",label\n1.png,2.png,a\n", "line 1: expected columns of different names, found file, file, label")]
    [InlineData("file,label,labels\n1.png,a,a\n", "line 1: expected columns file and label, or file and labels, found file, label, labels")]
    [InlineData("file,label\n", "expected a row for each image, found none")]
    [InlineData("file,label\n1.png,a\n1.png,\n", "line 3: expected a class, found nothing")]
    [InlineData("file,label\n1.png,z\n", "line 2: expected a class (a, b), found 'z'")]
    [InlineData("file,label\n1.png,a\n1.png\n", "line 3: expected 2 fields, as line 1 has them, found 1")]
    [InlineData("file,label\n1.png,a,b\n", "line 2: expected 2 fields, as line 1 has them, found 3")]
    [InlineData("file,label\n1.png,a\n\n1.png,b\n", "line 3: expected 2 fields, as line 1 has them, found an empty line")]
    [InlineData("file,label\n1.png,5\" pipe\n1.png,4\" pipe\n1.png,a\n", "line 2: expected quotes around a whole field, and those in it doubled, found '5\" pipe\\u000a1.png,4\" pipe'")]
    [InlineData("file,label,note\n1.png,a,\"b\" c\n", "line 2: expected quotes around a whole field, and those in it doubled, found '\"b\" c'")]
    [InlineData("file,label\n1.png,a\n1.png,\"b\n1.png,a\n", "line 3: expected quotes around a whole field, and those in it doubled, found '\"b\\u000a1.png,a")]
    [InlineData("fi\"le,label\n1.png,a\n", "line 1: expected quotes around a whole field, and those in it doubled, found 'fi\"le,label\\u000a1.png,a")]
    [InlineData("", "line 1: expected columns file and label, or file and labels, found nothing")]
    public void A_table_that_is_wrong_is_refused_with_its_line(string text, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Png("1.png");
        string file = folder.Write("t.csv", text);

        Should.Throw<DatasetException>(() => CsvImages.Open(file, ["a", "b"])).Message.ShouldStartWith($"{file}: {message}");
    }

    [Fact]
    public void A_table_in_another_encoding_is_refused_and_its_names_are_not_lost()
    {
        using var folder = new TemporaryFolder();
        folder.Png("1.png");
        string file = folder.Write("t.csv", "");
        File.WriteAllText(file, "file,label\n1.png,Käse\n", Encoding.Latin1);
        Should.Throw<DatasetException>(() => CsvImages.Open(file)).Message.ShouldBe($"{file}: expected UTF-8, found bytes E4");

        // Nor behind the mark of UTF-8.
        File.WriteAllBytes(file, [.. Encoding.UTF8.GetPreamble(), .. Encoding.Latin1.GetBytes("file,label\n1.png,Käse\n")]);
        Should.Throw<DatasetException>(() => CsvImages.Open(file)).Message.ShouldBe($"{file}: expected UTF-8, found bytes E4");

        // What some programs write before UTF-8, and UTF-16 with its mark, are told apart.
        foreach (Encoding marked in new[] { Encoding.UTF8, Encoding.Unicode })
        {
            File.WriteAllText(file, "file,label\n1.png,Käse\n", marked);
            CsvImages.Open(file).Classes.ShouldBe(["Käse"]);
        }
    }

    [Fact]
    public void A_missing_picture_and_a_missing_table_are_named()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("t.csv", "file,label\ngone.png,a\n");

        Should.Throw<DatasetException>(() => CsvImages.Open(file)).Message.ShouldBe($"{file}: line 2: expected an image, found no file {folder["gone.png"]}");
        Should.Throw<DatasetException>(() => CsvImages.Open(folder["no.csv"])).Message.ShouldStartWith($"{folder["no.csv"]}: there is no such file or folder");
    }
}
