using Muster.Cli.Terminals;
using Muster.Clouds.Kit;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>
/// When a check that was handed out ends: at a signal or after its time, starting nothing new; and some time after
/// that, whatever is in flight.
/// </summary>
internal sealed class TaskStop : IDisposable
{
    /// <summary>For what is in flight. Nomad kills 25 seconds after it asked.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly StopSignals _signals;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenSource _abort;
    private readonly CancellationTokenRegistration _registration;

    public TaskStop(TimeSpan most, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _signals = new(cancellationToken);
        _limit = new(most, timeProvider);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_signals.Token, _limit.Token);
        _abort = new(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = _stopping.Token.Register(() => _abort.CancelAfter(Grace));
    }

    /// <summary>Start nothing new, finish what is in flight.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Drop everything.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Whether its time was over.</summary>
    public bool IsLate => _limit.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _abort.Dispose();
        _stopping.Dispose();
        _limit.Dispose();
        _signals.Dispose();
    }
}
