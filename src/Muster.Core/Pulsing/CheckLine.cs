using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>The place of one check in the lines of its credential. Ends with the check.</summary>
/// <remarks>
/// A check that a user waits for is urgent while there are places for such, and for its first calls: a thousand launches are not.
/// </remarks>
internal sealed class CheckLine : ICallLine, IDisposable
{
    private const int UrgentCallsMax = 10;

    private readonly RunningChecks? _checks;
    private readonly ActingTurns _turns;
    private readonly bool _isNew;
    private readonly bool _isWish;
    private int _urgentCallsLeft;
    private volatile ActingTurns.Turn? _turn;

    /// <summary>A place.</summary>
    /// <param name="checks">Hears how it waits; null where no check of the group is running.</param>
    /// <param name="turns">Those of its credential.</param>
    /// <param name="group">Which group.</param>
    /// <param name="isWish">Whether a user waits for the check.</param>
    /// <param name="isNew">Whether the group was never checked.</param>
    public CheckLine(RunningChecks? checks, ActingTurns turns, GroupId group, bool isWish, bool isNew)
    {
        _checks = checks;
        _turns = turns;
        _isWish = isWish;
        _isNew = isNew;
        Group = group;
        _urgentCallsLeft = isWish && turns.TryBeUrgent(isNew) ? UrgentCallsMax : 0;
    }

    /// <inheritdoc/>
    public GroupId Group { get; }

    /// <inheritdoc/>
    public CallUrgency Urgency => IsUrgent ? CallUrgency.Urgent : CallUrgency.Routine;

    /// <summary>Whether it comes before others at this moment.</summary>
    public bool IsUrgent => Volatile.Read(ref _urgentCallsLeft) > 0;

    /// <summary>Joins those who wait to act.</summary>
    /// <param name="onCome">Is called once when the turn comes; must neither block nor throw.</param>
    public ActingTurns.Turn Enter(Action onCome)
    {
        _turn = _turns.Enter(_isWish && !_isNew, onCome);
        _checks?.OnWaiting(Group);
        return _turn;
    }

    /// <inheritdoc/>
    public void OnWaiting(CallKind kind)
    {
        _checks?.OnWaiting(Group);
        if (kind is CallKind.Read)
        {
            // It looks once more first, and others may be served meanwhile.
            _turn?.Served();
        }
    }

    /// <inheritdoc/>
    public void OnTurn(CallKind kind)
    {
        _checks?.OnTurn(Group);
        if (kind is CallKind.Write)
        {
            _turn?.Served();
        }

        if (Interlocked.Decrement(ref _urgentCallsLeft) == 0)
        {
            _turns.EndUrgent(_isNew);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn?.Dispose();
        if (Interlocked.Exchange(ref _urgentCallsLeft, 0) > 0)
        {
            _turns.EndUrgent(_isNew);
        }
    }
}
