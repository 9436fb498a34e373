using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Soak;

/// <summary>One of many threads that load, run, give up, dispose and train at once, most of them over one set of weights.</summary>
/// <param name="model">Images and what is to come of them.</param>
/// <param name="shared">The network whose weights all share.</param>
/// <param name="file">The weights as a file.</param>
/// <param name="norm">The gradients' norm of the first training step.</param>
/// <param name="number">The client's number: what it does follows from it.</param>
/// <param name="counts">Receives what it did.</param>
internal sealed class SoakClient(TinyModel model, Tiny shared, string file, double norm, int number, SoakCounts counts)
{
    private const int Repeats = 40;

    private readonly CounterRandom _random = new(13, (ulong)number);
    private readonly float[] _logits = new float[model.Logits.Length];
    private readonly float[] _manyImages = [.. Enumerable.Repeat(model.Images, Repeats).SelectMany(images => images)];
    private readonly float[] _manyLogits = new float[Repeats * model.Logits.Length];
    private ulong _drawn;

    /// <summary>Works until it is told to stop, or something is wrong.</summary>
    public void Work(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && counts.Finding is null)
            {
                switch (Next(16))
                {
                    case 0:
                        Train();
                        break;
                    case < 4:
                        LoadAndRun();
                        break;
                    case < 7:
                        GiveUp();
                        break;
                    case < 9:
                        DisposeWhileRunning();
                        break;
                    case < 10:
                        CallTwice();
                        break;
                    default:
                        Run(shared, "shared weights");
                        break;
                }
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref counts.Finding, exception.ToString(), null);
        }
    }

    private void Run(Tiny network, string what)
    {
        using Session session = NewSession(network);
        for (int rounds = 1 + Next(4); rounds > 0; rounds--) Run(session, what);
    }

    private void Run(Session session, string what)
    {
        session.Forward(model.Images, _logits);
        counts.Batch(_logits, model.Logits, what);
    }

    private void LoadAndRun()
    {
        using Tiny network = Tiny.Load(file);
        counts.Load();
        Run(network, "own weights");
    }

    private void GiveUp()
    {
        using Session session = NewSession(shared);
        using var stop = new CancellationTokenSource();
        if (Next(4) == 0) stop.Cancel();
        else ThreadPool.UnsafeQueueUserWorkItem(_ => Cancel(stop), null);
        try
        {
            session.Forward(_manyImages, _manyLogits, stop.Token);
            counts.Batch(_manyLogits.AsSpan(0, model.Logits.Length), model.Logits, "not given up in time");
        }
        catch (OperationCanceledException)
        {
            counts.Cancelled();
        }

        Run(session, "after it was given up");

        static void Cancel(CancellationTokenSource stop)
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The call was faster.
            }
        }
    }

    private void DisposeWhileRunning()
    {
        Session session = NewSession(shared);
        using var disposed = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            session.Dispose();
            disposed.Set();
        }, null);
        try
        {
            for (int rounds = 0; rounds < Repeats; rounds++) Run(session, "disposed while it runs");
        }
        catch (ObjectDisposedException)
        {
            counts.Disposed();
        }

        disposed.Wait();
    }

    private void CallTwice()
    {
        using Session session = NewSession(shared);
        using var called = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            try
            {
                float[] logits = new float[model.Logits.Length];
                session.Forward(model.Images, logits);
                counts.Batch(logits, model.Logits, "one of two callers");
            }
            catch (InvalidOperationException)
            {
                counts.Refused();
            }

            called.Set();
        }, null);
        try
        {
            for (int rounds = 0; rounds < Repeats || !called.IsSet; rounds++) Run(session, "the other of two callers");
        }
        catch (InvalidOperationException)
        {
            counts.Refused();
        }

        called.Wait();
    }

    private void Train()
    {
        using Trainer trainer = SoakTests.NewTrainer(threads: 1 + Next(3));
        if (BitConverter.DoubleToInt64Bits(SoakTests.FirstStep(trainer, model)) != BitConverter.DoubleToInt64Bits(norm)) Interlocked.CompareExchange(ref counts.Finding, "training: another norm", null);
        counts.Step();
    }

    private Session NewSession(Tiny network)
    {
        counts.Session();
        return network.CreateSession(1 + Next(4), 1 + Next(3));
    }

    private int Next(int below) => (int)(_random.Uniform(_drawn++) * below);
}
