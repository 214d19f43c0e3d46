using Muster.Cli.Terminals;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>When a check that was handed out ends: at a signal or after its time, starting nothing new; and some time after that, whatever is in flight.</summary>
internal sealed class TaskStop : IDisposable
{
    /// <summary>For what is in flight. Nomad kills 25 seconds after it asked.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly StopSignals signals;
    private readonly CancellationTokenSource limit;
    private readonly CancellationTokenSource stopping;
    private readonly CancellationTokenSource abort;
    private readonly CancellationTokenRegistration registration;

    public TaskStop(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        signals = new(cancellationToken);
        limit = new(most, time);
        stopping = CancellationTokenSource.CreateLinkedTokenSource(signals.Token, limit.Token);
        abort = new(Timeout.InfiniteTimeSpan, time);
        registration = stopping.Token.Register(() => abort.CancelAfter(Grace));
    }

    /// <summary>Start nothing new, finish what is in flight.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Drop everything.</summary>
    public CancellationToken Abort => abort.Token;

    /// <summary>Whether its time was over.</summary>
    public bool IsLate => limit.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        registration.Dispose();
        abort.Dispose();
        stopping.Dispose();
        limit.Dispose();
        signals.Dispose();
    }
}
