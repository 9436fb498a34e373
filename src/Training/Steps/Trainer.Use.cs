using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>One call at a time, and no memory freed under it.</content>
public sealed unsafe partial class Trainer
{
    private ExclusiveUse _use;
    private int _user;

    /// <summary>Begins a call; one inside another of the same thread is part of that.</summary>
    /// <exception cref="InvalidOperationException">Another thread's call is under way.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    private Use Begin()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (Volatile.Read(ref _user) == thread)
            return default;
        _use.Enter(this, "This trainer is in use by another thread: it takes one call at a time.");
        Volatile.Write(ref _user, thread);
        return new Use(this);
    }

    private void End()
    {
        Volatile.Write(ref _user, 0);
        if (_use.Exit())
            Free();
    }

    /// <summary>A call that is under way; none where it is inside another.</summary>
    private readonly ref struct Use(Trainer? trainer)
    {
        public void Dispose()
        {
            trainer?.End();
        }
    }
}
