using System.IO.Compression;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class IdxImagesTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 40, 50, 60];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 2, 0];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_and_gzipped_files_are_read(bool zipped)
    {
        using var folder = new TemporaryFolder();
        string end = zipped ? ".gz" : "";
        folder.Write($"t10k-images-idx3-ubyte{end}", zipped ? Zip(Images) : Images);
        folder.Write($"t10k-labels-idx1-ubyte{end}", zipped ? Zip(Labels) : Labels);

        IdxImages data = IdxImages.OpenFolder(folder.Root, IdxPart.Test);

        data.Name.ShouldBe(folder[$"t10k-images-idx3-ubyte{end}"]);
        data.Count.ShouldBe(2);
        data.Classes.ShouldBe(["0", "1", "2"]);
        data.LabelsOf(0).ToArray().ShouldBe([2]);
        data.NameOf(1).ShouldBe($"t10k-images-idx3-ubyte{end}, image 1");
        (data.Read(1).Width, data.Read(1).Height).ShouldBe((3, 1));
        data.Read(1).Pixels.ToArray().ShouldBe([40, 40, 40, 50, 50, 50, 60, 60, 60]);
    }

    [SharedFact]
    public void The_shared_digits_are_read()
    {
        string folder = SharedFolder.File("data", "mnist");

        IdxImages train = IdxImages.OpenFolder(folder, IdxPart.Train), test = IdxImages.OpenFolder(folder, IdxPart.Test);

        (train.Count, test.Count, train.Classes.Count).ShouldBe((8000, 2000, 10));
        train.Read(7999).Width.ShouldBe(28);
    }

    public static TheoryData<byte[], byte[], string> Wrong => new()
    {
        { Images[..^1], Labels, "images: values: expected 6 bytes, found fewer" },
        { [.. Images, 0], Labels, "images: values: expected 6 bytes, found more" },
        { Zip(Images[..^1]), Labels, "images: values: expected 6 bytes, found 5" },
        { Images[..10], Labels, "images: byte 0: expected an IDX header of 16 bytes that begins with 00000803, found 10 bytes" },
        { [0, 0, 9, .. Images[3..]], Labels, "images: byte 0: expected an IDX header of 16 bytes that begins with 00000803, found 00000903" },
        { Images, Images, "labels: byte 0: expected an IDX header of 8 bytes that begins with 00000801, found 00000803" },
        { [.. Images[..4], 0, 0, 0, 0, .. Images[8..]], Labels, "images: byte 4: expected a size of at least 1 and at most 2147483591 values in all, found 0" },
        { [.. Images[..4], 255, 255, 255, 255, .. Images[8..]], Labels, "images: byte 4: expected a size of at least 1 and at most 2147483591 values in all, found 4294967295" },
        { [.. Images[..4], 127, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], Labels, "images: values: expected 2130706432 bytes, found fewer" },
        { Images, [0, 0, 8, 1, 0, 0, 0, 1, 0], "labels: byte 4: expected 2 labels, one for each of the images, found 1" },
        { Images, [.. Labels[..^1], 7], "labels: label 1: expected 0 to 2, found 7" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_damaged_file_is_refused_with_its_place(byte[] images, byte[] labels, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("images", images);
        folder.Write("labels", labels);

        Should.Throw<DatasetException>(() => IdxImages.Open(folder["images"], folder["labels"], ["a", "b", "c"])).Message.ShouldBe(folder[message]);
    }

    [Fact]
    public void A_zipped_file_that_is_cut_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("images", Zip(Images)[..^12]);
        folder.Write("labels", Labels);

        Should.Throw<DatasetException>(() => IdxImages.Open(folder["images"], folder["labels"])).Message.ShouldStartWith($"{folder["images"]}: ");
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_in_its_place_are_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["folder"]);
        Should.Throw<DatasetException>(() => IdxImages.Open(folder["gone"], folder["gone"])).Message.ShouldBe($"{folder["gone"]}: there is no such file or folder");
        Should.Throw<DatasetException>(() => IdxImages.Open(folder["folder"], folder["folder"])).Message.ShouldBe($"{folder["folder"]}: is a folder");
    }

    [Fact]
    public void A_folder_without_them_says_which_names_were_looked_for()
    {
        using var folder = new TemporaryFolder();

        Should.Throw<DatasetException>(() => IdxImages.OpenFolder(folder.Root, IdxPart.Train)).Message
            .ShouldBe($"{folder.Root}: expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz, found none of them");
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionMode.Compress))
            stream.Write(bytes);
        return zipped.ToArray();
    }
}
