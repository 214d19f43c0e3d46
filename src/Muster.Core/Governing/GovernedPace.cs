using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Governing;

/// <summary>
/// The pace of one operation behind a governor: the right that it came with serves its first request of that kind, and each
/// further one waits for its own.
/// </summary>
internal sealed class GovernedPace : CallPace
{
    private readonly ICallGovernor _governor;
    private readonly ICallLine _line;
    private int _readsHeld;
    private int _writesHeld;

    private GovernedPace(ICallGovernor governor, ICallLine line, CallKind? held)
    {
        (_governor, _line) = (governor, line);
        _readsHeld = held is CallKind.Read ? 1 : 0;
        _writesHeld = held is CallKind.Write ? 1 : 0;
    }

    /// <summary>Begins an operation: to be called in the async method that makes it.</summary>
    /// <param name="governor">The credential's.</param>
    /// <param name="line">Whose turn it takes.</param>
    /// <param name="held">The kind of right that it has already; null for none.</param>
    public static void Begin(ICallGovernor governor, ICallLine line, CallKind? held) => new GovernedPace(governor, line, held).Travel();

    /// <summary>
    /// Tells the governor what an operation ended with; the silence that a cloud asks for also when the operation says something else.
    /// </summary>
    public static void Tell(ICallGovernor governor, CloudException error) => governor.OnFailed(ThrottledIn(error) ?? error);

    /// <summary>The wish for silence in a failure or its causes; null when there is none.</summary>
    public static CloudException? ThrottledIn(CloudException error)
    {
        for (var cause = (Exception?)error; cause is not null; cause = cause.InnerException)
        {
            if (cause is CloudException { Kind: CloudErrorKind.Throttled } throttled)
            {
                return throttled;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override ValueTask ReadAsync(CancellationToken cancellationToken) =>
        TakeAsync(ref _readsHeld, CallKind.Read, cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask WriteAsync(CancellationToken cancellationToken) =>
        TakeAsync(ref _writesHeld, CallKind.Write, cancellationToken);

    /// <inheritdoc/>
    protected override void OnSurvived(CloudException refusal) => Tell(_governor, refusal);

    private ValueTask TakeAsync(ref int held, CallKind kind, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref held, 0) > 0 ? ValueTask.CompletedTask : new(WaitAsync(kind, cancellationToken));

    private async Task WaitAsync(CallKind kind, CancellationToken cancellationToken)
    {
        try
        {
            await _governor.AcquireAsync(kind, _line, cancellationToken);
        }
        catch (StoreException error)
        {
            // In the middle of an operation, only the cloud knows what has happened by now; of this request it is
            // sure that it did not leave.
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, innerException: error);
        }
    }
}
