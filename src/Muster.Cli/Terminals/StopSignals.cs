using System.Runtime.InteropServices;

namespace Muster.Cli.Terminals;

/// <summary>Turns SIGINT and SIGTERM into a cancelled token, for commands that run until they are stopped. A second one ends the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration interrupted;
    private readonly PosixSignalRegistration terminated;

    public StopSignals(CancellationToken cancellationToken)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = source.Token;
        interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token { get; }

    public void Dispose()
    {
        interrupted.Dispose();
        terminated.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        // Whoever asks twice does not want to wait: the second signal does what it does by itself.
        signal.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
