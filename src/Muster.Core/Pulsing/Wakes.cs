using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Pulsing;

/// <summary>
/// Who has groups checked before they are due: users, the cloud's hints, and the end of what stood in the way. A group that rests comes at
/// once, one that is being checked comes again. Safe to share.
/// </summary>
internal sealed class Wakes(PulseGate gate, KnownGroups groups, HeldSweeps sweeps, RunningChecks checks, PulseOptions options)
{
    /// <summary>A user changed the group here: it is checked as soon as may be, and followed until it is settled.</summary>
    public void Wake(GroupId id)
    {
        WakeWait? wait;
        lock (gate.Lock)
        {
            var group = groups.Get(id);
            group.IsFollowed = true;
            group.IsWished = true;
            Wake_NeedsGate(group);
            wait = group.Check?.TakeWait();
        }

        wait?.Wake();
        gate.Ring();
    }

    /// <summary>
    /// Its cloud says that something happened to the group: it is checked as soon as may be, if its sweep is held here, and once more when
    /// the listing cannot be older than the hint.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="listingLagMax">How long the cloud's listing may lag behind its hints.</param>
    public void Hint(GroupId id, TimeSpan listingLagMax)
    {
        lock (gate.Lock)
        {
            if (groups.Find(id) is not { } group || sweeps.Of_NeedsGate(group) is null)
            {
                return;
            }

            group.HintShownAt = gate.Now + listingLagMax;
            Wake_NeedsGate(group);
        }

        gate.Ring();
    }

    /// <summary>
    /// Something may have happened to anybody whose sweep goes by a connection: everything there is looked at, and once more as with
    /// <see cref="Hint"/>.
    /// </summary>
    public void WakeAll(CloudEntry entry)
    {
        lock (gate.Lock)
        {
            sweeps.BringForward_NeedsGate(entry, gate.Now);
        }

        gate.Ring();
    }

    /// <summary>
    /// What stood in the way of all is over: a group that a user changed here and that has not settled is checked as soon as may be, also
    /// where another server holds its sweep.
    /// </summary>
    public void WakeFollowed()
    {
        lock (gate.Lock)
        {
            foreach (var group in groups.All.Where(group => group.IsFollowed))
            {
                Wake_NeedsGate(group);
            }
        }

        gate.Ring();
    }

    /// <summary>The running check of a group begins a wait that a wake ends; one that has come already ends it at once.</summary>
    public WakeWait BeginWait(GroupId id, CancellationToken stopping, CancellationToken abort)
    {
        var wait = new WakeWait(this, id, stopping, abort);
        var isWoken = false;
        lock (gate.Lock)
        {
            if (groups.Find(id) is { Check: { } check } group)
            {
                isWoken = check.WakeAgain && group.IsWished;
                check.Wait = isWoken ? null : wait;
            }
        }

        if (isWoken)
        {
            wait.Wake();
        }

        return wait;
    }

    /// <summary>That wait is over.</summary>
    public void EndWait(GroupId id, WakeWait wait)
    {
        lock (gate.Lock)
        {
            if (groups.Find(id) is { Check: { } check } && check.Wait == wait)
            {
                check.Wait = null;
            }
        }
    }

    private void Wake_NeedsGate(KnownGroup group)
    {
        var now = gate.Now;
        checks.TakeBack_NeedsGate(group, now);
        if (group.Check is { } check)
        {
            check.WakeAgain = true;
        }
        else
        {
            groups.Hurry(group, DueTimes.OfWake(now, group.EndedAt, options.WakeGap));
        }
    }
}
