using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class DatasetViewTests
{
    [Fact]
    public void A_subset_is_a_view_in_its_own_order()
    {
        var whole = new NumberedImages(5, 2, 2);

        var part = new DatasetSubset(whole, [4, 0]);

        (part.Count, part.Name, part.IsMultiLabel).ShouldBe((2, "numbered", false));
        part.NameOf(0).ShouldBe("numbered, image 4");
        part.LabelsOf(0).ToArray().ShouldBe([1]);
        part.Read(0).Pixels.ToArray().ShouldBe(whole.Read(4).Pixels.ToArray());
        part.Indices.ToArray().ShouldBe([4, 0]);
        Should.Throw<ArgumentOutOfRangeException>(() => new DatasetSubset(whole, [5]));
        Should.Throw<ArgumentOutOfRangeException>(() => new DatasetSubset(whole, [-1]));
    }

    [Fact]
    public void A_split_takes_its_share_of_every_class_and_depends_on_the_seed()
    {
        var whole = new NumberedImages(301, 1, 1); // 101, 100, 100

        (DatasetSubset train, DatasetSubset validation) = DatasetSplit.Split(whole, 0.2, seed: 1);

        train.Indices.ToArray().Concat(validation.Indices.ToArray()).Order().ShouldBe(Enumerable.Range(0, 301));
        validation.Indices.ToArray().ShouldBeInOrder();
        validation.Indices.ToArray().GroupBy(index => index % 3).Select(part => part.Count()).ShouldAllBe(count => count == 20);
        DatasetSplit.Split(whole, 0.2, seed: 1).Validation.Indices.ToArray().ShouldBe(validation.Indices.ToArray());
        DatasetSplit.Split(whole, 0.2, seed: 2).Validation.Indices.ToArray().ShouldNotBe(validation.Indices.ToArray());
    }

    [Fact]
    public void All_rows_of_one_image_are_in_one_part()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 20; i++) folder.Png($"{i}.png");
        // Everybody saw every image, and they do not agree.
        string rows = string.Concat(Enumerable.Range(0, 60).Select(row => $"{row % 20}.png,{(row % 20 < 10 == row < 50 ? "a" : "b")}\n"));
        CsvImages whole = CsvImages.Open(folder.Write("t.csv", "file,label\n" + rows));

        (DatasetSubset train, DatasetSubset validation) = DatasetSplit.Split(whole, 0.2, seed: 1);

        string[] NamesOf(DatasetSubset part) => [.. Enumerable.Range(0, part.Count).Select(part.NameOf).Distinct()];
        NamesOf(train).Intersect(NamesOf(validation)).ShouldBeEmpty();
        (train.Count, validation.Count).ShouldBe((48, 12));
    }

    [Fact]
    public void A_split_leaves_every_class_a_picture_to_train_with()
    {
        DatasetSplit.Split(new NumberedImages(3, 1, 1), 0.9, seed: 1).Train.Count.ShouldBe(3);
        (DatasetSubset train, DatasetSubset validation) = DatasetSplit.Split(new NumberedImages(6, 1, 1), 0.01, seed: 1);
        (train.Count, validation.Count).ShouldBe((3, 3));
        Should.Throw<ArgumentOutOfRangeException>(() => DatasetSplit.Split(new NumberedImages(3, 1, 1), 1, seed: 1));
        Should.Throw<ArgumentOutOfRangeException>(() => DatasetSplit.Split(new NumberedImages(3, 1, 1), double.NaN, seed: 1));
    }
}
