using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Keeps the look of a check young while it waits for its turn to act.</summary>
/// <param name="first">The look that it has.</param>
/// <param name="lookAgain">Looks again.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal sealed class NewestLook(
    Observation first, Func<CancellationToken, Task<Observation>> lookAgain, TimeProvider time, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>
    /// A look that is older is not acted on, unless looks take long: a new one is asked for after one look's time, and may have to wait for the end
    /// of another first. Whether anybody acted since is found out under the lease; this is about what the cloud itself has done.
    /// </summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private readonly Alarm alarm = new(time);
    private CloudException? failure;
    private Task looking = Task.CompletedTask;

    /// <summary>The newest look there is.</summary>
    public Observation Look { get; private set; } = first;

    private bool IsTooOld => Look.AgeBy(time) > Max(AgeMax, 4 * Look.Duration);

    private TimeSpan UntilNext => Max(TimeSpan.Zero, Max(AgeMax / 2, Look.Duration) - Look.AgeBy(time));

    /// <summary>Has the wait look whether it is over.</summary>
    public void Ring() => alarm.Ring();

    /// <summary>Waits, and looks again when half of the look's time is over.</summary>
    /// <param name="until">Ends the wait once the look is young enough to act on.</param>
    /// <exception cref="CloudException">It could not look.</exception>
    public async Task KeepAsync(Func<bool> until)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var registration = cancellationToken.Register(alarm.Ring);
        try
        {
            while (!until() || IsTooOld)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (looking.IsCompleted && (UntilNext == TimeSpan.Zero || IsTooOld))
                {
                    looking = LookAsync(enough.Token);
                }

                await alarm.WaitAsync(looking.IsCompleted ? UntilNext : NextLook.WaitMax);
                if (failure is not null)
                {
                    throw failure;
                }
            }
        }
        finally
        {
            enough.Cancel();
            await looking;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => alarm.Dispose();

    private async Task LookAsync(CancellationToken enough)
    {
        try
        {
            Look = await lookAgain(enough);
        }
        catch (CloudException error)
        {
            failure = error;
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            alarm.Ring();
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
