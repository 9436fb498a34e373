namespace EfficientNet.Runtime;

/// <summary>
/// The state of something that one thread at a time may use, and that may be disposed at any time by any thread: a
/// disposal during use is left to the user of that moment.
/// </summary>
internal struct ExclusiveUse
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Disposed = 2;
    private const int BusyThenDisposed = 3;

    private int _state;

    /// <summary>Begins a use.</summary>
    /// <param name="owner">What is used, for the exceptions.</param>
    /// <param name="concurrent">The message when it is in use already.</param>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="InvalidOperationException">It is in use.</exception>
    public void Enter(object owner, string concurrent)
    {
        int state = Interlocked.CompareExchange(ref _state, Busy, Idle);
        ObjectDisposedException.ThrowIf(state is Disposed or BusyThenDisposed, owner);
        if (state == Busy)
            throw new InvalidOperationException(concurrent);
    }

    /// <summary>Ends a use.</summary>
    /// <returns>Whether a disposal was asked for meanwhile, which the caller must do now.</returns>
    public bool Exit()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Busy) == Busy)
            return false;
        Volatile.Write(ref _state, Disposed);
        return true;
    }

    /// <summary>Asks for the disposal.</summary>
    /// <returns>Whether the caller must do it now; otherwise it is done or will be.</returns>
    public bool BeginDispose()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state is Disposed or BusyThenDisposed)
                return false;
            int next = state == Idle ? Disposed : BusyThenDisposed;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
                return next == Disposed;
        }
    }
}
