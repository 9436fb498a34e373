using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Execution;

public sealed class SessionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 11)]
    [InlineData(3, 2)]
    [InlineData(7, 5)]
    public void Any_batch_gives_the_logits_and_features_of_its_images(int threads, int maximumBatch)
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(threads, maximumBatch);
        session.Threads.ShouldBe(threads);
        session.MaximumBatch.ShouldBe(maximumBatch);
        session.Network.ShouldBeSameAs(network);
        foreach (int batch in (int[])[1, 2, 3, 5, 11, 0])
        {
            float[] images = TinyNetwork.Images(batch);
            var logits = new float[batch * TinyNetwork.Classes];
            var again = new float[batch * TinyNetwork.Classes];
            var features = new float[batch * TinyNetwork.Features];
            session.Forward(images, logits, features);
            var alone = new float[features.Length];
            session.ForwardFeatures(images, alone);
            alone.ShouldBe(features);
            session.Forward(images, again);
            again.ShouldBe(logits);
            for (int i = 0; i < batch; i++)
            {
                ReadOnlySpan<float> image = images.AsSpan(i * TinyNetwork.ImageFloats, TinyNetwork.ImageFloats);
                logits[(i * TinyNetwork.Classes)..((i + 1) * TinyNetwork.Classes)].ShouldBe(TinyNetwork.ExpectedLogits(image));
                features[(i * TinyNetwork.Features)..((i + 1) * TinyNetwork.Features)].ShouldBe(TinyNetwork.ExpectedFeatures(image));
            }
        }
        network.Complaint.ShouldBeNull();
    }

    [Fact]
    public void A_batch_is_cut_into_passes_of_the_largest_size()
    {
        using var network = new TinyNetwork();
        network.Passes.Capacity = 100;
        using Session session = network.CreateSession(1, 2);
        session.Forward(TinyNetwork.Images(5), new float[5 * TinyNetwork.Classes]);
        network.Passes.ShouldBe([2, 2, 1]);
    }

    [Fact]
    public void Of_a_batch_every_worker_makes_as_many_images_alone_and_all_make_the_rest()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(3, 8), small = network.CreateSession(3, 2);
        SharesOf(session, 8).ShouldBe([(2, 1), (2, 1), (2, 1), (2, 3), (2, 3), (2, 3)], ignoreOrder: true);
        SharesOf(session, 3).ShouldBe([(1, 1), (1, 1), (1, 1)]);
        SharesOf(session, 2).ShouldBe([(2, 3), (2, 3), (2, 3)]);
        SharesOf(small, 2).ShouldBe([(2, 3), (2, 3), (2, 3)]);
        session.Bytes.ShouldBeGreaterThanOrEqualTo(small.Bytes + 2 * TinyNetwork.Description.ArenaFloats * sizeof(float));

        (nint, nint)[] SharesOf(Session of, int batch)
        {
            network.Shares = [];
            of.Forward(TinyNetwork.Images(batch), new float[batch * TinyNetwork.Classes]);
            return [.. network.Shares];
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 3, 1, 3)]
    [InlineData(1, 9, 1, 4)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(2, 5, 2, 2)]
    [InlineData(2, 8, 2, 4)]
    [InlineData(4, 3, 1, 3)]
    [InlineData(4, 100, 4, 4)]
    public void Images_that_are_under_way_together_have_an_arena_each(int workers, int maximumBatch, int sets, int atOnce)
    {
        const long arena = 1000;
        var one = new SessionLayout(Of(imagesAtOnce: 1), workers, maximumBatch);
        (one.Sets, one.ImagesAtOnce).ShouldBe((sets, 1));
        var layout = new SessionLayout(Of(imagesAtOnce: 4), workers, maximumBatch);
        (layout.Sets, layout.ImagesAtOnce).ShouldBe((sets, atOnce));
        layout.ArenaStride.ShouldBeInRange(arena, arena + 15);
        layout.SetStride.ShouldBeGreaterThan(atOnce * layout.ArenaStride, "workers' memory lies apart");
        layout.ScratchAt.ShouldBeGreaterThanOrEqualTo((sets - 1) * layout.SetStride + atOnce * layout.ArenaStride);
        (layout.Floats - one.Floats).ShouldBe(sets * (atOnce - 1) * layout.ArenaStride);

        static NetworkDescription Of(int imagesAtOnce) => Descriptions.Of(16, arena, imagesAtOnce, "same");
    }

    [Fact]
    public void A_batch_can_be_given_up_between_two_passes()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(2, 2);
        float[] images = TinyNetwork.Images(5);
        float[] whole = new float[5 * TinyNetwork.Classes], features = new float[5 * TinyNetwork.Features];
        session.Forward(images, whole);
        GivenUp((logits, token) => session.Forward(images, logits, token), images: 2);
        GivenUp((logits, token) => session.Forward(images, logits, features, token), images: 2);
        GivenUp((probabilities, token) => session.Classify(images, probabilities, token));
        GivenUp((probabilities, token) => session.ClassifyMultiLabel(images, probabilities, token));
        GivenUp((_, token) => session.ForwardFeatures(images, features, token));
        var again = new float[whole.Length];
        session.Forward(images, again, CancellationToken.None);
        again.ShouldBe(whole);

        void GivenUp(Action<float[], CancellationToken> call, int images = 0)
        {
            using var source = new CancellationTokenSource();
            int begun = 0;
            network.Begun = _ =>
            {
                Interlocked.Increment(ref begun);
                source.Cancel();
            };
            var results = new float[whole.Length];
            Should.Throw<OperationCanceledException>(() => call(results, source.Token)).CancellationToken.ShouldBe(source.Token);
            network.Begun = null;
            begun.ShouldBe(session.Threads, "one pass, or one image where batches are made image by image");
            results[..(images * TinyNetwork.Classes)].ShouldBe(whole[..(images * TinyNetwork.Classes)]);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_told_exactly()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(1);
        float[] two = TinyNetwork.Images(2);
        Should.Throw<ArgumentException>(() => session.Forward(two.AsSpan(1), new float[10])).Message
            .ShouldBe("Tiny takes images of 3x4x4 = 48 floats: 95 floats are not a whole number of images. (Parameter 'images')");
        Should.Throw<ArgumentException>(() => session.Forward(two, new float[11])).Message
            .ShouldBe("Tiny gives 2x5 = 10 logits for 2 images: the span holds 11. (Parameter 'logits')");
        Should.Throw<ArgumentException>(() => session.Forward(two, new float[10], new float[39])).Message
            .ShouldBe("Tiny gives 2x20 = 40 features for 2 images: the span holds 39. (Parameter 'features')");
        Should.Throw<ArgumentException>(() => session.Classify(two, new float[5])).Message
            .ShouldBe("Tiny gives 2x5 = 10 probabilities for 2 images: the span holds 5. (Parameter 'probabilities')");
        Should.Throw<ArgumentException>(() => session.ClassifyMultiLabel(two, new float[11])).Message
            .ShouldBe("Tiny gives 2x5 = 10 probabilities for 2 images: the span holds 11. (Parameter 'probabilities')");
        Should.Throw<ArgumentException>(() => session.Trace(two, (_, _) => { })).Message
            .ShouldBe("A trace of Tiny takes one image of 3x4x4 = 48 floats: the span holds 96. (Parameter 'image')");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_call_allocates_nothing(int threads)
    {
        Hang.Fails(() =>
        {
            using var network = new TinyNetwork();
            using Session session = network.CreateSession(threads, 2);
            float[] images = TinyNetwork.Images(3);
            var logits = new float[3 * TinyNetwork.Classes];
            var features = new float[3 * TinyNetwork.Features];
            var classes = new int[3];
            Call(100);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Call(200);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

            void Call(int times)
            {
                for (int i = 0; i < times; i++)
                {
                    session.Forward(images, logits);
                    session.Forward(images, logits, features);
                    session.Classify(images, logits);
                    session.ClassifyMultiLabel(images, logits);
                    Session.TopK(logits.AsSpan(0, TinyNetwork.Classes), classes);
                }
            }
        });
    }

    [Fact]
    public void Probabilities_are_the_softmax_of_each_images_logits()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(2, 2);
        float[] images = TinyNetwork.Images(3).Select(x => x / 16).ToArray();
        var probabilities = new float[3 * TinyNetwork.Classes];
        session.Classify(images, probabilities);
        network.Complaint.ShouldBeNull();
        for (int i = 0; i < 3; i++)
        {
            float[] logits = TinyNetwork.ExpectedLogits(images.AsSpan(i * TinyNetwork.ImageFloats, TinyNetwork.ImageFloats));
            double sum = logits.Sum(logit => Math.Exp(logit - (double)logits.Max()));
            for (int c = 0; c < TinyNetwork.Classes; c++)
                ((double)probabilities[i * TinyNetwork.Classes + c]).ShouldBe(Math.Exp(logits[c] - (double)logits.Max()) / sum, 1e-5);
        }
    }

    [Fact]
    public void Multi_label_probabilities_are_the_sigmoid_of_each_logit()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(2, 2);
        float[] images = TinyNetwork.Images(3).Select(x => x / 64).ToArray();
        var probabilities = new float[3 * TinyNetwork.Classes];
        session.ClassifyMultiLabel(images, probabilities);
        network.Complaint.ShouldBeNull();
        for (int i = 0; i < 3; i++)
        {
            float[] logits = TinyNetwork.ExpectedLogits(images.AsSpan(i * TinyNetwork.ImageFloats, TinyNetwork.ImageFloats));
            for (int c = 0; c < TinyNetwork.Classes; c++)
                ((double)probabilities[i * TinyNetwork.Classes + c]).ShouldBe(1 / (1 + Math.Exp(-(double)logits[c])), 1e-5);
        }
    }

    [Fact]
    public void A_trace_shows_every_map_in_order_with_its_channels_first()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(2);
        float[] image = TinyNetwork.Images(1);
        var maps = new List<(string Name, float[] Values)>();
        session.Trace(image, (map, values) =>
        {
            maps.Add((map.Name, values));
            session.Forward(image, new float[TinyNetwork.Classes]);
        });
        maps.Select(map => map.Name).ShouldBe(["stem", "features"]);
        maps[0].Values.ShouldBe(image);
        maps[1].Values.ShouldBe(TinyNetwork.ExpectedFeatures(image));
        network.Complaint.ShouldBeNull();
    }

    [Fact]
    public void The_memory_of_a_session_is_what_was_planned()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(3, 2);
        // Arena 48, three times scratch 5 -> 16 with 65,536 between two workers', features 2 x 20 -> 48, logits 5 -> 16 floats.
        session.Bytes.ShouldBe(4 * (48 + 3 * 16 + 2 * 65536 + 48 + 16));
    }

    [Fact]
    public void Concurrent_sessions_share_the_weights_and_give_equal_results()
    {
        Hang.Fails(() =>
        {
            using var network = new TinyNetwork();
            float[] images = TinyNetwork.Images(4);
            using Session single = network.CreateSession(1);
            var expected = new float[4 * TinyNetwork.Classes];
            single.Forward(images, expected);
            int equal = 0;
            Thread[] callers = Enumerable.Range(1, 4).Select(threads => new Thread(() =>
            {
                using Session session = network.CreateSession(threads);
                var logits = new float[4 * TinyNetwork.Classes];
                for (int i = 0; i < 50; i++)
                {
                    Array.Clear(logits);
                    session.Forward(images, logits);
                    if (logits.AsSpan().SequenceEqual(expected))
                        Interlocked.Increment(ref equal);
                }
            })).ToArray();
            foreach (Thread caller in callers)
                caller.Start();
            foreach (Thread caller in callers)
                caller.Join();
            equal.ShouldBe(200);
        });
    }

    [Fact]
    public void An_exception_of_a_worker_reaches_the_caller_and_the_session_remains_usable()
    {
        Hang.Fails(() =>
        {
            using var network = new TinyNetwork();
            using Session session = network.CreateSession(3);
            var logits = new float[TinyNetwork.Classes];
            network.Begun = worker =>
            {
                if (worker == 2)
                    throw new InvalidDataException("worker 2");
            };
            Should.Throw<InvalidDataException>(() => session.Forward(TinyNetwork.Images(1), logits)).Message.ShouldBe("worker 2");
            network.Begun = null;
            session.Forward(TinyNetwork.Images(1), logits);
            logits.ShouldBe(TinyNetwork.ExpectedLogits(TinyNetwork.Images(1)));
        });
    }
}
