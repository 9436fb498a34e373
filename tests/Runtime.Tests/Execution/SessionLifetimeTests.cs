using System.Runtime.CompilerServices;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Execution;

public sealed class SessionLifetimeTests
{
    [Fact]
    public void Sessions_outlive_the_network_and_the_last_one_frees_the_weights()
    {
        PackedWeights weights = TinyNetwork.Weights();
        var network = new TinyNetwork(weights: weights);
        Session first = network.CreateSession(2);
        Session second = network.CreateSession(1);
        network.Dispose();
        network.Dispose();
        Should.Throw<ObjectDisposedException>(() => network.CreateSession());

        Works(first);
        first.Dispose();
        first.Dispose();
        Works(second);
        weights.IsFreed.ShouldBeFalse();
        second.Dispose();
        weights.IsFreed.ShouldBeTrue();
    }

    [Fact]
    public void A_disposed_session_refuses_every_call()
    {
        using var network = new TinyNetwork();
        Session session = network.CreateSession(1);
        session.Dispose();
        Should.Throw<ObjectDisposedException>(() => session.Forward(TinyNetwork.Images(1), new float[TinyNetwork.Classes]));
        Should.Throw<ObjectDisposedException>(() => session.Classify(TinyNetwork.Images(1), new float[TinyNetwork.Classes]));
        Should.Throw<ObjectDisposedException>(() => session.ClassifyMultiLabel(TinyNetwork.Images(1), new float[TinyNetwork.Classes]));
        Should.Throw<ObjectDisposedException>(() => session.Trace(TinyNetwork.Images(1), (_, _) => { }));
    }

    [Fact]
    public void A_second_call_during_a_call_is_refused_and_a_disposal_waits_for_its_end()
    {
        Hang.Fails(() =>
        {
            PackedWeights weights = TinyNetwork.Weights();
            using var network = new TinyNetwork(weights: weights);
            Session session = network.CreateSession(2);
            var logits = new float[TinyNetwork.Classes];
            string? refusal = null;
            bool freedEarly = true;
            network.Begun = worker =>
            {
                if (worker != 1)
                    return;
                refusal = Should.Throw<InvalidOperationException>(() => session.Forward(TinyNetwork.Images(1), new float[TinyNetwork.Classes])).Message;
                session.Dispose();
                network.Dispose();
                freedEarly = weights.IsFreed;
            };
            session.Forward(TinyNetwork.Images(1), logits);
            refusal.ShouldBe("This session is in use by another call: make one session for each concurrent caller.");
            logits.ShouldBe(TinyNetwork.ExpectedLogits(TinyNetwork.Images(1)));
            freedEarly.ShouldBeFalse();
            weights.IsFreed.ShouldBeTrue();
            Should.Throw<ObjectDisposedException>(() => session.Forward(TinyNetwork.Images(1), logits));
        });
    }

    [Fact]
    public void A_forgotten_session_gives_its_hold_on_the_weights_back()
    {
        Hang.Fails(() =>
        {
            PackedWeights weights = TinyNetwork.Weights();
            Forget(weights);
            while (!weights.IsFreed)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(1);
            }
        });

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(PackedWeights weights)
        {
            using var network = new TinyNetwork(weights: weights);
            Works(network.CreateSession(2));
        }
    }

    [Fact]
    public void A_session_that_cannot_have_its_memory_holds_nothing()
    {
        // More than any processor's address space, so that no system can promise it.
        var weights = new PackedWeights(1);
        var network = new EmptyNetwork(Descriptions.Of(1, 1L << 60, "same"), weights);
        Should.Throw<InsufficientMemoryException>(() => network.CreateSession(1)).Message
            .ShouldBe("Cannot allocate 4611686018427388032 bytes for a session of Net.");
        network.Dispose();
        weights.IsFreed.ShouldBeTrue();
    }

    [Fact]
    public void A_session_takes_one_thread_per_processor_unless_told()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession();
        session.Threads.ShouldBe(Math.Min(Environment.ProcessorCount, WorkerTeam.MaximumWorkers));
        Should.Throw<ArgumentOutOfRangeException>(() => network.CreateSession(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => network.CreateSession(WorkerTeam.MaximumWorkers + 1));
        Should.Throw<ArgumentOutOfRangeException>(() => network.CreateSession(1, 0));
    }

    private static void Works(Session session)
    {
        var logits = new float[TinyNetwork.Classes];
        session.Forward(TinyNetwork.Images(1), logits);
        logits.ShouldBe(TinyNetwork.ExpectedLogits(TinyNetwork.Images(1)));
    }

    private sealed unsafe class EmptyNetwork(NetworkDescription network, PackedWeights weights)
        : CompiledNetwork(network, weights, NetworkOptions.Default)
    {
        protected internal override void Forward(in ForwardFrame frame)
        {
        }

        protected internal override void Softmax(float* logits, float* probabilities)
        {
        }

        protected internal override void Sigmoids(float* logits, float* probabilities)
        {
        }
    }
}
