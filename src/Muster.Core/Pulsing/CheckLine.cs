using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>The place of one claimed group's check in the lines of its credential. Ends with the check.</summary>
/// <remarks>A check that a user waits for is urgent while there are places for such, and for its first calls: a thousand launches are not.</remarks>
internal sealed class CheckLine : ICallLine, IDisposable
{
    private const int UrgentCallsMax = 10;

    private readonly Schedule? schedule;
    private readonly ActingTurns turns;
    private readonly bool isNew;
    private readonly bool isWish;
    private int urgentCallsLeft;
    private volatile ActingTurns.Turn? turn;

    /// <summary>A place.</summary>
    /// <param name="schedule">Hears how it waits; null where no check of the group is claimed.</param>
    /// <param name="turns">Those of its credential.</param>
    /// <param name="group">Which group.</param>
    /// <param name="isWish">Whether a user waits for the check.</param>
    /// <param name="isNew">Whether the group was never checked.</param>
    public CheckLine(Schedule? schedule, ActingTurns turns, GroupId group, bool isWish, bool isNew)
    {
        this.schedule = schedule;
        this.turns = turns;
        this.isWish = isWish;
        this.isNew = isNew;
        Group = group;
        urgentCallsLeft = isWish && turns.TryBeUrgent(isNew) ? UrgentCallsMax : 0;
    }

    /// <inheritdoc/>
    public GroupId Group { get; }

    /// <inheritdoc/>
    public CallUrgency Urgency => IsUrgent ? CallUrgency.Urgent : CallUrgency.Routine;

    /// <summary>Whether it comes before others at this moment.</summary>
    public bool IsUrgent => Volatile.Read(ref urgentCallsLeft) > 0;

    /// <summary>Joins those who wait to act.</summary>
    /// <param name="onCome">Is called once when the turn comes; must neither block nor throw.</param>
    public ActingTurns.Turn Enter(Action onCome)
    {
        turn = turns.Enter(isWish && !isNew, onCome);
        schedule?.OnWaiting(Group);
        return turn;
    }

    /// <inheritdoc/>
    public void OnWaiting(CallKind kind)
    {
        schedule?.OnWaiting(Group);
        if (kind is CallKind.Read)
        {
            // It looks once more first, and others may be served meanwhile.
            turn?.Served();
        }
    }

    /// <inheritdoc/>
    public void OnTurn(CallKind kind)
    {
        schedule?.OnTurn(Group);
        if (kind is CallKind.Write)
        {
            turn?.Served();
        }

        if (Interlocked.Decrement(ref urgentCallsLeft) == 0)
        {
            turns.EndUrgent(isNew);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        turn?.Dispose();
        if (Interlocked.Exchange(ref urgentCallsLeft, 0) > 0)
        {
            turns.EndUrgent(isNew);
        }
    }
}
