namespace EfficientNet.Runtime;

/// <summary>One forward pass as a team's work. A session keeps one and sets its pointers for every pass, so that a
/// pass allocates nothing; the caller keeps what they point to pinned meanwhile.</summary>
internal sealed unsafe class ForwardWork : ITeamWork
{
    private readonly CompiledNetwork _network;
    private readonly float* _weights;
    private readonly float* _arena;
    private readonly SessionLayout _layout;
    private readonly int _workers;
    private float* _input;
    private float* _output;
    private float* _features;
    private float* _trace;
    private long* _clock;
    private int _images;

    public ForwardWork(CompiledNetwork network, float* weights, float* arena, SessionLayout layout, int workers)
    {
        _network = network;
        _weights = weights;
        _arena = arena;
        _layout = layout;
        _workers = workers;
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
    public void Execute(int worker, TeamBarrier barrier)
    {
        var frame = new ForwardFrame(
            _input,
            _output,
            _features,
            _weights,
            _arena,
            _arena + _layout.ScratchAt + worker * _layout.ScratchStride,
            _trace,
            worker == 0 ? _clock : null,
            _images,
            worker,
            _workers,
            barrier,
            _network.InstructionSet);
        _network.Forward(in frame);
    }
}
