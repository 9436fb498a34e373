using System.Diagnostics;

namespace EfficientNet.Runtime;

/// <summary>
/// What one worker gets for one forward pass. All pointers are to floats; a session has checked every length, so the
/// generated code checks none.
/// </summary>
public readonly unsafe struct ForwardFrame
{
    /// <summary>The images, NCHW: <c>[Images][3][Resolution][Resolution]</c>. Aligned as a float is.</summary>
    public readonly float* Input;

    /// <summary>Receives the logits, <c>[Images][Classes]</c>. Aligned as a float is.</summary>
    public readonly float* Output;

    /// <summary>Receives the pooled features, <c>[Images][Features]</c>; never null. Aligned as a float is.</summary>
    public readonly float* Features;

    /// <summary>The packed weights, on a 64-byte boundary; read only.</summary>
    public readonly float* Weights;

    /// <summary>The planned arena, which all workers of this pass share, on a 64-byte boundary; the first of <see cref="ImagesAtOnce"/>.</summary>
    public readonly float* Arena;

    /// <summary>Floats from the arena of one image to that of the next: positive, also where there is but one, and a multiple of 16.</summary>
    public readonly nint ArenaStride;

    /// <summary>Images that may be under way together, each in an arena of its own; at least 1.</summary>
    public readonly nint ImagesAtOnce;

    /// <summary>This worker's own scratch memory, on a 64-byte boundary.</summary>
    public readonly float* Scratch;

    /// <summary>Receives every map of a traced pass (then <see cref="Images"/> is 1), on a 64-byte boundary; otherwise null.</summary>
    public readonly float* Trace;

    /// <summary>Receives the times of a profiled pass (then <see cref="Images"/> is 1), <c>[Steps + 1]</c>; null for every other pass, and for
    /// every worker but one.</summary>
    public readonly long* Clock;

    /// <summary>Number of images.</summary>
    public readonly nint Images;

    /// <summary>This worker's number, from 0.</summary>
    public readonly nint Worker;

    /// <summary>Number of workers.</summary>
    public readonly nint Workers;

    /// <summary>Where the workers of this pass meet.</summary>
    public readonly TeamBarrier Barrier;

    /// <summary>The kernels to run.</summary>
    public readonly InstructionSet InstructionSet;

    /// <summary>Makes a frame. Sessions do this; so do tests of generated code.</summary>
    /// <param name="input">See <see cref="Input"/>.</param>
    /// <param name="output">See <see cref="Output"/>.</param>
    /// <param name="features">See <see cref="Features"/>.</param>
    /// <param name="weights">See <see cref="Weights"/>.</param>
    /// <param name="arena">See <see cref="Arena"/>.</param>
    /// <param name="arenaStride">See <see cref="ArenaStride"/>.</param>
    /// <param name="imagesAtOnce">See <see cref="ImagesAtOnce"/>.</param>
    /// <param name="scratch">See <see cref="Scratch"/>.</param>
    /// <param name="trace">See <see cref="Trace"/>.</param>
    /// <param name="clock">See <see cref="Clock"/>.</param>
    /// <param name="images">See <see cref="Images"/>.</param>
    /// <param name="worker">See <see cref="Worker"/>.</param>
    /// <param name="workers">See <see cref="Workers"/>.</param>
    /// <param name="barrier">See <see cref="Barrier"/>.</param>
    /// <param name="instructionSet">See <see cref="InstructionSet"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="arenaStride"/> or <paramref name="imagesAtOnce"/> is less than 1.</exception>
    public ForwardFrame(
        float* input,
        float* output,
        float* features,
        float* weights,
        float* arena,
        nint arenaStride,
        nint imagesAtOnce,
        float* scratch,
        float* trace,
        long* clock,
        nint images,
        nint worker,
        nint workers,
        TeamBarrier barrier,
        InstructionSet instructionSet)
    {
        // Generated loops go from arena to arena by these, unchecked.
        ArgumentOutOfRangeException.ThrowIfLessThan(arenaStride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesAtOnce, 1);
        Input = input;
        Output = output;
        Features = features;
        Weights = weights;
        Arena = arena;
        ArenaStride = arenaStride;
        ImagesAtOnce = imagesAtOnce;
        Scratch = scratch;
        Trace = trace;
        Clock = clock;
        Images = images;
        Worker = worker;
        Workers = workers;
        Barrier = barrier;
        InstructionSet = instructionSet;
    }

    /// <summary>The arena of one of the images that are under way together.</summary>
    /// <param name="image">Its number among them, from 0.</param>
    public float* ArenaOf(nint image)
    {
        return Arena + image * ArenaStride;
    }

    /// <summary>Ends a step: waits for the other workers, then notes the time.</summary>
    /// <param name="at">Index into <see cref="Clock"/>.</param>
    public void Meet(nint at)
    {
        Barrier.Wait();
        Mark(at);
    }

    /// <summary>Notes the time, where the pass is profiled.</summary>
    /// <param name="at">Index into <see cref="Clock"/>.</param>
    public void Mark(nint at)
    {
        if (Clock != null)
            Clock[at] = Stopwatch.GetTimestamp();
    }
}
