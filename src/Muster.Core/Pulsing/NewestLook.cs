using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Keeps the look of a check young while it waits for its turn to act.</summary>
/// <param name="first">The look that it has.</param>
/// <param name="lookAgain">Looks again.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal sealed class NewestLook(
    Sight first,
    Func<CancellationToken, Task<Sight>> lookAgain,
    TimeProvider timeProvider,
    CancellationToken cancellationToken) : IDisposable
{
    /// <summary>
    /// A look that is older is not acted on, unless looks take long: a new one is asked for after one look's time, and may have to wait for
    /// the end of another first. Whether anybody acted since is found out under the lease; this is about what the cloud itself has done.
    /// </summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private readonly Alarm _alarm = new(timeProvider);
    private CloudException? _failure;
    private Task _looking = Task.CompletedTask;

    /// <summary>The newest look there is.</summary>
    public Sight Look { get; private set; } = first;

    private bool IsTooOld => Look.AgeBy(timeProvider) > DueTimes.Later(AgeMax, 4 * Look.Duration);

    private TimeSpan UntilNext => DueTimes.Later(TimeSpan.Zero, DueTimes.Later(AgeMax / 2, Look.Duration) - Look.AgeBy(timeProvider));

    /// <summary>Has the wait look whether it is over.</summary>
    public void Ring() => _alarm.Ring();

    /// <summary>Waits, and looks again when half of the look's time is over.</summary>
    /// <param name="until">Ends the wait once the look is young enough to act on.</param>
    /// <exception cref="CloudException">It could not look.</exception>
    public async Task KeepAsync(Func<bool> until)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var registration = cancellationToken.Register(_alarm.Ring);
        try
        {
            while (!until() || IsTooOld)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_looking.IsCompleted && (UntilNext == TimeSpan.Zero || IsTooOld))
                {
                    _looking = LookAsync(enough.Token);
                }

                await _alarm.WaitAsync(_looking.IsCompleted ? UntilNext : DueTimes.WaitMax);
                if (_failure is not null)
                {
                    throw _failure;
                }
            }
        }
        finally
        {
            enough.Cancel();
            await _looking;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    private async Task LookAsync(CancellationToken enough)
    {
        try
        {
            Look = await lookAgain(enough);
        }
        catch (CloudException error)
        {
            _failure = error;
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            _alarm.Ring();
        }
    }
}
