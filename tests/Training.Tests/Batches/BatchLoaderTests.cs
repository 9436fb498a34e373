using System.IO.Hashing;
using System.Runtime.InteropServices;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class BatchLoaderTests
{
    private static readonly Preprocessing Small = new(8, 8, Interpolation.Bilinear, [0.5f, 0.4f, 0.3f], [0.25f, 0.2f, 0.3f]);
    private static readonly Augmentation Everything = Augmentation.Strong with { Jitter = new ColorJitter(0.3, 0.3, 0.3, 0.1), Erasing = new RandomErasing(0.5), MixProbability = 0.5 };

    [Fact]
    public void Batches_have_the_same_bits_for_any_number_of_threads_and_any_cache()
    {
        var options = new BatchLoaderOptions { BatchSize = 4, Seed = 5, Augmentation = Everything };
        string[] expected = Take(options, 20);

        expected.Distinct().Count().ShouldBe(20);
        for (int threads = 2; threads <= 4; threads++)
            Take(options with { Threads = threads, Ahead = threads * 2 - 1 }, 20).ShouldBe(expected);
        Take(options with { Threads = 2, CacheBytes = 0 }, 20).ShouldBe(expected);
        Take(options with { CacheBytes = 5 * 3 * 16 * 12 }, 20).ShouldBe(expected);
        Take(options with { Seed = 6 }, 20).ShouldNotBe(expected);
    }

    // A side of 224 takes the photo as it is, 32 a quarter of it.
    [SharedTheory]
    [InlineData(224)]
    [InlineData(32)]
    public void A_crop_of_a_JPEG_has_the_same_bits_whether_the_photo_is_kept_or_only_the_crop_decoded(int side)
    {
        var preprocessing = new Preprocessing(side, side, Interpolation.Bilinear, [0.5f, 0.4f, 0.3f], [0.25f, 0.2f, 0.3f]);
        string folder = Directory.CreateTempSubdirectory("photos-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "photo"));
            File.Copy(SharedFolder.Photo("rocket.jpg"), Path.Combine(folder, "photo", "a.jpg"));
            File.Copy(SharedFolder.Photo("chelsea.png"), Path.Combine(folder, "photo", "b.png"));
            ImageFolder data = ImageFolder.Open(folder);
            var options = new BatchLoaderOptions { BatchSize = 2, Seed = 5, Augmentation = Augmentation.Standard };
            string[] kept = Take(options, 6, data, preprocessing);

            kept.Distinct().Count().ShouldBe(6);
            Take(options with { CacheBytes = 0 }, 6, data, preprocessing).ShouldBe(kept);
            Take(options with { CacheBytes = 0, Threads = 3 }, 6, data, preprocessing).ShouldBe(kept);
            // Room for the PNG alone at full size.
            Take(options with { CacheBytes = 451 * 300 * 3 }, 6, data, preprocessing).ShouldBe(kept);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SharedTheory]
    [InlineData(0)]
    [InlineData(1 << 30)]
    public void A_JPEG_that_is_cut_short_is_named_once_whether_it_would_be_kept_or_not(long cacheBytes)
    {
        string folder = Directory.CreateTempSubdirectory("photos-").FullName;
        try
        {
            string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "photo")).FullName, "cut.jpg");
            File.WriteAllBytes(path, File.ReadAllBytes(SharedFolder.Photo("rocket.jpg"))[..^100]);
            using var loader = new BatchLoader(ImageFolder.Open(folder), Small, new BatchLoaderOptions { BatchSize = 1, Augmentation = Augmentation.Standard, CacheBytes = cacheBytes });

            Should.Throw<DatasetException>(() => loader.Take()).Message.ShouldStartWith($"{path}: JPEG is cut short: ");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_run_is_resumed_at_any_batch_with_the_same_bits()
    {
        var options = new BatchLoaderOptions { BatchSize = 4, Seed = 5, Augmentation = Everything, Threads = 2 };
        string[] whole = Take(options, 20);

        foreach (int first in new[] { 1, 5, 6, 13 })
            Take(options with { FirstBatch = first }, 20 - first).ShouldBe(whole[first..]);
    }

    [Fact]
    public void Every_epoch_has_every_picture_once_in_an_order_of_its_own()
    {
        using var loader = new BatchLoader(new NumberedImages(23, 8, 8), Small, new BatchLoaderOptions { BatchSize = 5, KeepLast = true, Seed = 1 });
        loader.BatchesPerEpoch.ShouldBe(5);
        var orders = new List<int[]>();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var order = new List<int>();
            for (int i = 0; i < 5; i++)
            {
                Batch batch = loader.Take();
                (batch.Number, batch.Epoch, batch.Count).ShouldBe((5 * epoch + i, epoch, i < 4 ? 5 : 3));
                batch.Labels.ToArray().ShouldBe(batch.Indices.ToArray().Select(index => index % 3));
                order.AddRange(batch.Indices);
            }

            order.Order().ShouldBe(Enumerable.Range(0, 23));
            orders.Add([.. order]);
        }

        orders.ShouldAllBe(order => !order.SequenceEqual(Enumerable.Range(0, 23)));
        orders[0].ShouldNotBe(orders[1]);
        orders[1].ShouldNotBe(orders[2]);
    }

    [Fact]
    public void A_last_batch_that_is_not_whole_is_left_out_unless_it_is_kept()
    {
        using var loader = new BatchLoader(new NumberedImages(23, 8, 8), Small, new BatchLoaderOptions { BatchSize = 5 });

        loader.BatchesPerEpoch.ShouldBe(4);
        Enumerable.Range(0, 9).Select(_ => (loader.Take() is var batch ? batch.Count : 0, batch.Epoch)).ShouldBe(
            [(5, 0), (5, 0), (5, 0), (5, 0), (5, 1), (5, 1), (5, 1), (5, 1), (5, 2)]);
    }

    [Fact]
    public void Evaluation_takes_pictures_in_order_as_the_preprocessor_makes_them()
    {
        var data = new NumberedImages(5, 16, 12);
        var preprocessor = new ImagePreprocessor(Small);
        float[] expected = new float[preprocessor.InputLength];
        using var loader = new BatchLoader(data, Small, BatchLoaderOptions.ForEvaluation(3));

        foreach (int[] indices in new int[][] { [0, 1, 2], [3, 4] })
        {
            Batch batch = loader.Take();
            batch.Indices.ToArray().ShouldBe(indices);
            batch.Targets.Length.ShouldBe(0);
            for (int i = 0; i < indices.Length; i++)
            {
                preprocessor.Preprocess(data.Read(indices[i]), expected);
                batch.Images.Slice(i * expected.Length, expected.Length).ToArray().ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Digits_of_28_pixels_stand_in_the_middle_of_32()
    {
        var digits = new Preprocessing(32, 32, Interpolation.Bilinear, [0.1307f, 0.1307f, 0.1307f], [0.3081f, 0.3081f, 0.3081f]);
        var data = new NumberedImages(1, 28, 28);
        ReadOnlySpan<byte> pixels = data.Read(0).Pixels;
        using var loader = new BatchLoader(data, digits, BatchLoaderOptions.ForEvaluation(1) with { Fit = ImageFit.Pad });

        ReadOnlySpan<float> images = loader.Take().Images;

        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < 32; y++)
            {
                for (int x = 0; x < 32; x++)
                {
                    bool inside = x is >= 2 and < 30 && y is >= 2 and < 30;
                    float level = inside ? pixels[((y - 2) * 28 + x - 2) * 3 + channel] : 0;
                    images[(channel * 32 + y) * 32 + x].ShouldBe((level / 255f - 0.1307f) / 0.3081f);
                }
            }
        }
    }

    [Fact]
    public void A_flip_and_an_erased_rectangle_are_what_they_should_be()
    {
        var data = new NumberedImages(1, 8, 8);
        float[] plain = First(data, new Augmentation());
        float[] flipped = First(data, new Augmentation { Flip = 1 });
        float[] erased = First(data, new Augmentation { Erasing = new RandomErasing(1, 0.25, 0.25, 1, 1) });

        for (int row = 0; row < 24; row++)
            flipped.AsSpan(8 * row, 8).ToArray().Reverse().ShouldBe(plain.AsSpan(8 * row, 8).ToArray());
        plain.ShouldAllBe(value => value != 0);
        erased.Count(value => value == 0).ShouldBe(3 * 4 * 4);
        erased.Zip(plain).ShouldAllBe(pair => pair.First == 0 || pair.First == pair.Second);
    }

    [Fact]
    public void Pictures_of_any_number_of_labels_have_targets_and_no_labels()
    {
        var data = new NumberedImages(3, 8, 8) { ManyLabels = [[0, 2], [], [1]] };
        using var loader = new BatchLoader(data, Small, BatchLoaderOptions.ForEvaluation(3));

        Batch batch = loader.Take();

        batch.Labels.Length.ShouldBe(0);
        batch.Targets.ToArray().ShouldBe([1, 0, 1, 0, 0, 0, 0, 1, 0]);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named_when_its_batch_is_taken()
    {
        using var loader = new BatchLoader(new NumberedImages(9, 8, 8) { Broken = 7 }, Small, BatchLoaderOptions.ForEvaluation(3) with { Threads = 2 });

        loader.Take().Indices.ToArray().ShouldBe([0, 1, 2]);
        loader.Take().Indices.ToArray().ShouldBe([3, 4, 5]);
        for (int i = 0; i < 2; i++)
            Should.Throw<DatasetException>(() => loader.Take()).Message.ShouldBe("numbered, image 7: broken");
    }

    [Fact]
    public void A_picture_too_large_to_pad_is_named()
    {
        using var loader = new BatchLoader(new NumberedImages(1, 9, 8), Small, BatchLoaderOptions.ForEvaluation(1) with { Fit = ImageFit.Pad });

        Should.Throw<DatasetException>(() => loader.Take()).Message.ShouldBe("numbered, image 0: expected at most 8 x 8 pixels to pad, found 9 x 8");
    }

    [Fact]
    public void A_cached_picture_is_read_once()
    {
        var data = new NumberedImages(4, 8, 8);
        using (var loader = new BatchLoader(data, Small, new BatchLoaderOptions { BatchSize = 4 }))
        {
            for (int i = 0; i < 5; i++)
                loader.Take();
        }

        data.Reads.ShouldBe(4);
    }

    [Fact]
    public void Waiting_ends_when_it_is_cancelled_and_nothing_can_be_taken_after_disposing()
    {
        using var loader = new BatchLoader(new NumberedImages(4, 8, 8), Small, new BatchLoaderOptions { BatchSize = 4 });
        loader.Take();
        loader.Dispose();
        Should.Throw<ObjectDisposedException>(() => loader.Take());

        using var gate = new ManualResetEventSlim();
        using var waiting = new BatchLoader(new GatedImages(gate), Small, BatchLoaderOptions.ForEvaluation(1));
        using var cancelling = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Should.Throw<OperationCanceledException>(() => waiting.Take(cancelling.Token));
        gate.Set();
        waiting.Take().Number.ShouldBe(0);
    }

    public static TheoryData<BatchLoaderOptions, string> Wrong => new()
    {
        { new BatchLoaderOptions { BatchSize = 0 }, "BatchSize 0 must be at least 1." },
        { new BatchLoaderOptions { Threads = 0 }, "Threads 0 must be at least 1." },
        { new BatchLoaderOptions { Ahead = 0 }, "Ahead 0 must be at least 1." },
        { new BatchLoaderOptions { FirstBatch = -1 }, "FirstBatch -1 must be at least 0." },
        { new BatchLoaderOptions { CacheBytes = -1 }, "CacheBytes -1 must be at least 0." },
        { new BatchLoaderOptions { Fit = (ImageFit)7 }, "Fit 7 is unknown." },
        { new BatchLoaderOptions { Augmentation = new Augmentation { Flip = 2 } }, "Flip 2 must be 0 to 1." },
        { new BatchLoaderOptions { BatchSize = 5 }, "numbered has 4 images, fewer than a batch of 5, and smaller batches are left out." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Options_out_of_range_are_refused(BatchLoaderOptions options, string message)
    {
        Should.Throw<ArgumentException>(() => new BatchLoader(new NumberedImages(4, 8, 8), Small, options)).Message.ShouldBe($"{message} (Parameter 'options')");
    }

    private static float[] First(ImageDataset data, Augmentation augmentation)
    {
        using var loader = new BatchLoader(data, Small, BatchLoaderOptions.ForEvaluation(1) with { Augmentation = augmentation });
        return loader.Take().Images.ToArray();
    }

    /// <summary>Everything that the next batches hold, a hash for each.</summary>
    private static string[] Take(BatchLoaderOptions options, int count, ImageDataset? data = null, Preprocessing? preprocessing = null)
    {
        using var loader = new BatchLoader(data ?? new NumberedImages(21, 16, 12), preprocessing ?? Small, options);
        return [.. Enumerable.Range(0, count).Select(_ => Hash(loader.Take()))];
    }

    private static string Hash(Batch batch)
    {
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(batch.Images));
        hash.Append(MemoryMarshal.AsBytes(batch.Targets));
        hash.Append(MemoryMarshal.AsBytes(batch.Indices));
        hash.Append(MemoryMarshal.AsBytes(batch.Labels));
        return $"{batch.Number} {batch.Epoch} {hash.GetCurrentHashAsUInt64():x}";
    }

    /// <summary>One image that is read when the gate opens.</summary>
    private sealed class GatedImages(ManualResetEventSlim gate) : ImageDataset
    {
        public override string Name => "gated";

        public override IReadOnlyList<string> Classes => ["a"];

        public override int Count => 1;

        public override string NameOf(int index) => "gated, image 0";

        public override ReadOnlySpan<int> LabelsOf(int index) => new int[1];

        public override Image Read(int index)
        {
            gate.Wait();
            return Image.FromGray([1], 1, 1);
        }
    }
}
