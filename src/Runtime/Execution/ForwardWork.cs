namespace EfficientNet.Runtime;

/// <summary>One forward pass as a team's work. A session keeps one and sets its pointers for every pass, so that a
/// pass allocates nothing; the caller keeps what they point to pinned meanwhile.</summary>
internal sealed unsafe class ForwardWork : ITeamWork
{
    /// <summary>The barrier of a worker that has an image to itself.</summary>
    private static readonly TeamBarrier Alone = new(1);

    private readonly CompiledNetwork _network;
    private readonly float* _weights;
    private readonly float* _arena;
    private readonly SessionLayout _layout;
    private readonly int _workers;
    private readonly long _imageFloats;
    private float* _input;
    private float* _output;
    private float* _features;
    private float* _trace;
    private long* _clock;
    private int _images;

    public ForwardWork(CompiledNetwork network, float* weights, float* arena, SessionLayout layout, int workers, long imageFloats)
    {
        _network = network;
        _weights = weights;
        _arena = arena;
        _layout = layout;
        _workers = workers;
        _imageFloats = imageFloats;
    }

    /// <summary>Room for the pooled features of a batch, when the caller does not want them.</summary>
    public float* Features => _arena + _layout.FeaturesAt;

    /// <summary>Room for one image's logits.</summary>
    public float* Logits => _arena + _layout.LogitsAt;

    /// <summary>Runs one pass.</summary>
    public void Run(WorkerTeam team, float* input, float* output, float* features, float* trace, long* clock, int images)
    {
        _input = input;
        _output = output;
        _features = features;
        _trace = trace;
        _clock = clock;
        _images = images;
        team.Run(this);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Of several images each worker takes as many as all others, alone: it waits for nobody, and its maps stay in its processor's caches. What is left
    /// over all make together, as they make a single image. A pass that is traced or profiled is made together, because it tells of that.
    /// </remarks>
    public void Execute(int worker, TeamBarrier barrier)
    {
        int each = _layout.Sets == _workers && _trace == null && _clock == null ? _images / _workers : 0;
        if (each > 0)
            Forward(worker, _arena + worker * _layout.SetStride, worker * each, each, 0, 1, Alone);
        int made = each * _workers;
        if (made == _images)
            return;
        // The first worker's arenas are everybody's from here on.
        if (each > 0)
            barrier.Wait();
        Forward(worker, _arena, made, _images - made, worker, _workers, barrier);
    }

    private void Forward(int worker, float* arena, int firstImage, int images, int number, int workers, TeamBarrier barrier)
    {
        NetworkDescription network = _network.Network;
        var frame = new ForwardFrame(
            _input + firstImage * _imageFloats,
            _output + (long)firstImage * network.Classes,
            _features + (long)firstImage * network.Features,
            _weights,
            arena,
            (nint)_layout.ArenaStride,
            _layout.ImagesAtOnce,
            _arena + _layout.ScratchAt + worker * _layout.ScratchStride,
            _trace,
            worker == 0 ? _clock : null,
            images,
            number,
            workers,
            barrier,
            _network.InstructionSet);
        _network.Forward(in frame);
    }
}
