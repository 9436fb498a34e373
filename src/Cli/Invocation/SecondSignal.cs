using System.Runtime.InteropServices;

namespace EfficientNet.Cli.Invocation;

/// <summary>While it lives, a second Ctrl-C or SIGTERM ends the program at once: the first may be waited for as long as it takes.</summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    /// <summary>Begins to count.</summary>
    public SecondSignal() => _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Count))];

    /// <summary>Counts no longer.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private void Count(PosixSignalContext context)
    {
        context.Cancel = true;
        // Files are written under other names first: whatever is under way leaves the old ones whole.
        if (Interlocked.Increment(ref _signals) > 1) Environment.Exit(ExitCode.Interrupted);
    }
}
