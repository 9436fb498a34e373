using System.Reflection;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A forward pass outside any session, every buffer of it guarded, and every slot of the arena where the plan has them apart.</summary>
internal sealed unsafe class GuardedPass : IDisposable, ITeamWork
{
    private const int LanesPerLine = 16;

    private readonly CompiledNetwork _network;
    private readonly ForwardMethod _forward;
    private readonly GuardedBuffer _input, _output, _features, _weights, _arena, _trace;
    private readonly GuardedBuffer[] _scratch;
    private readonly EquatableArray<Slot> _apart;
    private readonly int _images, _imagesAtOnce;
    private bool _traces;

    public GuardedPass(CompiledNetwork network, PackedWeights weights, float[] input, int workers, Guard guard, CompiledPlan? apart = null)
    {
        NetworkDescription description = network.Network;
        // A guard after the end keeps the start on its boundary only where lengths are whole lines; the contract promises that.
        (description.PackedFloats % LanesPerLine).ShouldBe(0);
        (description.ArenaFloats % LanesPerLine).ShouldBe(0);
        (description.ScratchFloats % LanesPerLine).ShouldBe(0);
        (description.TraceFloats % LanesPerLine).ShouldBe(0);

        _network = network;
        MethodInfo method = network.GetType().GetMethod("Forward", BindingFlags.Instance | BindingFlags.NonPublic)!;
        _forward = method.CreateDelegate<ForwardMethod>(network);
        _images = input.Length / (description.InputChannels * description.Resolution * description.Resolution);
        _input = GuardedBuffer.Of(input, guard);
        _output = new GuardedBuffer((long)_images * description.Classes, guard);
        _features = new GuardedBuffer((long)_images * description.Features, guard);
        _weights = GuardedBuffer.Of(new ReadOnlySpan<float>(weights.Pointer, checked((int)weights.Length)), guard);
        _apart = apart?.Execution.Slots ?? default;
        // Pages of slots are of one image.
        _imagesAtOnce = apart is null ? Math.Min(_images, description.ImagesAtOnce) : 1;
        _arena = apart is null ? new GuardedBuffer(_imagesAtOnce * description.ArenaFloats, guard) : SlotPages.Allocate(_apart);
        _arena.Length.ShouldBe(_imagesAtOnce * description.ArenaFloats);
        _trace = new GuardedBuffer(description.TraceFloats, guard);
        _scratch = Enumerable.Range(0, workers).Select(_ => new GuardedBuffer(description.ScratchFloats, guard)).ToArray();
        _output.Span.Fill(float.NaN);
        _features.Span.Fill(float.NaN);
    }

    private delegate void ForwardMethod(in ForwardFrame frame);

    public float[] Logits => _output.Span.ToArray();

    public float[] Features => _features.Span.ToArray();

    /// <summary>All images.</summary>
    public void Run() => Run(traces: false);

    /// <summary>The first image, with every map kept.</summary>
    public void RunTraced() => Run(traces: true);

    public void Execute(int worker, TeamBarrier barrier)
    {
        var frame = new ForwardFrame(_input.Pointer, _output.Pointer, _features.Pointer, _weights.Pointer, _arena.Pointer, (nint)_network.Network.ArenaFloats, _imagesAtOnce,
            _scratch[worker].Pointer, _traces ? _trace.Pointer : null, null, _traces ? 1 : _images, worker, _scratch.Length, barrier, _network.InstructionSet);
        _forward(in frame);
    }

    public void Dispose()
    {
        foreach (GuardedBuffer buffer in _scratch.Append(_input).Append(_output).Append(_features).Append(_weights).Append(_arena).Append(_trace)) buffer.Dispose();
    }

    private void Run(bool traces)
    {
        _traces = traces;
        using var team = new WorkerTeam(_scratch.Length);
        team.Run(this);
        SlotPages.Underrun(_arena, _apart).ShouldBeEmpty("slots before which something was written");
    }
}
