using System.Runtime.InteropServices;

namespace Muster.Cli.Terminals;

/// <summary>
/// Turns SIGINT and SIGTERM into a cancelled token, for commands that run until they are stopped. A second one ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration _interrupted;
    private readonly PosixSignalRegistration _terminated;

    public StopSignals(CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        _interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token { get; }

    public void Dispose()
    {
        _interrupted.Dispose();
        _terminated.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        // Whoever asks twice does not want to wait: the second signal does what it does by itself.
        signal.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
