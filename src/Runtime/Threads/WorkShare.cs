using System.Runtime.CompilerServices;

namespace EfficientNet.Runtime;

/// <summary>A worker's share of work that is numbered (image, piece), image by image: a stretch of it, handed out by image.</summary>
/// <remarks>Generated code loops over it: <c>for (var t = new WorkShare(images, pieces, me, all); t.Next(); ) Kernel(…, t.First, t.Last);</c></remarks>
public struct WorkShare
{
    private readonly nint _pieces;
    private readonly nint _end;
    private nint _next;

    /// <summary>The share of one worker: pieces ⌊P·i/n⌋ to ⌊P·(i+1)/n⌋ − 1 of all P.</summary>
    /// <param name="images">Number of images.</param>
    /// <param name="pieces">Pieces of an image.</param>
    /// <param name="worker">The worker's number, from 0.</param>
    /// <param name="workers">Number of workers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WorkShare(nint images, nint pieces, nint worker, nint workers)
    {
        _pieces = pieces;
        _next = images * pieces * worker / workers;
        _end = images * pieces * (worker + 1) / workers;
        Image = First = Last = 0;
    }

    /// <summary>The image of the current stretch.</summary>
    public nint Image { readonly get; private set; }

    /// <summary>Its first piece.</summary>
    public nint First { readonly get; private set; }

    /// <summary>The piece behind its last one.</summary>
    public nint Last { readonly get; private set; }

    /// <summary>Goes on to the next image of the share.</summary>
    /// <returns>Whether there is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (_next >= _end)
            return false;
        Image = _next / _pieces;
        First = _next - Image * _pieces;
        Last = Math.Min(_pieces, First + _end - _next);
        _next += Last - First;
        return true;
    }
}
