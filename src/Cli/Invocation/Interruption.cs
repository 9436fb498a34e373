using System.Runtime.InteropServices;

namespace EfficientNet.Cli.Invocation;

/// <summary>
/// Ctrl-C, SIGTERM and the loss of the terminal (SIGHUP) for a command that is waited for as long as it takes to end well: the first asks it to, a second one of
/// the first two ends the program at once. A signal that is ignored, as under nohup SIGHUP is, stays so.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    /// <summary>Begins to listen.</summary>
    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _asked.Token;

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _asked.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        // A terminal that goes sends its signal twice, by the system and by the shell in it: nobody is impatient.
        // Files are written under other names first: whatever is under way leaves the old ones whole.
        if (context.Signal != PosixSignal.SIGHUP && Interlocked.Increment(ref _signals) > 1) Environment.Exit(ExitCode.Interrupted);
        _asked.Cancel();
    }
}
