using System.Runtime.CompilerServices;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// Looks for many checks at once: few of them look alone, by a listing of their own group; when more want to look, one whole listing
/// serves them all. Safe to share.
/// </summary>
/// <remarks>
/// Whoever asks has read the store before, and a listing serves those who asked before its first call: read the store, then list. Second
/// looks ask here, too. See docs/decisions/0125-checks-share-their-looks.md.
/// </remarks>
/// <param name="timeProvider">The clock.</param>
/// <param name="abort">Drops every look.</param>
public sealed class SharedLooks(TimeProvider timeProvider, CancellationToken abort)
{
    /// <summary>So many look alone whatever a whole listing costs.</summary>
    private const int AloneMin = 2;

    /// <summary>So many look alone while a whole listing is under way: they take turns with it.</summary>
    private const int AloneBeside = 1;

    private readonly Lock _gate = new();

    // Guarded by the gate. What is known of a credential goes with its governor.
    private readonly ConditionalWeakTable<ICallGovernor, Dictionary<InstanceFilter, Desk>> _desks = [];

    /// <summary>Looks at one group's instances, alone or with others.</summary>
    /// <param name="cloud">The cloud, in the line of the check.</param>
    /// <param name="filter">What is to be seen at least.</param>
    /// <param name="cancellationToken">Waits no more.</param>
    /// <exception cref="CloudException">It could not; nothing may be concluded.</exception>
    public Task<Observation> LookAsync(GovernedCloud cloud, InstanceFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        ArgumentNullException.ThrowIfNull(filter);
        var all = filter with { Group = null };
        if (filter.Group is not null && cloud.Traits.GroupFilter)
        {
            // Few are urgent, and a whole listing may be long.
            if (cloud.Line.Urgency is CallUrgency.Urgent)
            {
                return Observation.MakeAsync(cloud, filter, timeProvider, cancellationToken);
            }

            if (TryBeAlone(cloud, all))
            {
                return LookAloneAsync(cloud, filter, cancellationToken);
            }
        }

        return JoinAsync(cloud, all, cancellationToken);
    }

    /// <summary>Whether a look alone costs no more than a whole one, all told who look alone already.</summary>
    private bool TryBeAlone(GovernedCloud cloud, InstanceFilter filter)
    {
        lock (_gate)
        {
            var desk = DeskOf_NeedsGate(cloud, filter);
            if (desk.Alone >= (desk.IsLooking ? AloneBeside : Math.Max(AloneMin, desk.Pages)))
            {
                return false;
            }

            desk.Alone++;
            return true;
        }
    }

    private async Task<Observation> LookAloneAsync(GovernedCloud cloud, InstanceFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            return await Observation.MakeAsync(cloud, filter, timeProvider, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                DeskOf_NeedsGate(cloud, filter with { Group = null }).Alone--;
            }
        }
    }

    private Desk DeskOf_NeedsGate(GovernedCloud cloud, InstanceFilter filter)
    {
        var known = _desks.GetOrCreateValue(cloud.Governor);
        return known.TryGetValue(filter, out var desk) ? desk : known[filter] = new(filter);
    }

    private Task<Observation> JoinAsync(GovernedCloud cloud, InstanceFilter filter, CancellationToken cancellationToken)
    {
        cloud.Line.OnWaiting(CallKind.Read);
        var waiter = new Waiter(cloud.Line);
        lock (_gate)
        {
            var desk = DeskOf_NeedsGate(cloud, filter);
            desk.Waiting.Add(waiter);
            if (!desk.IsLooking)
            {
                desk.IsLooking = true;
                _ = LookWhileWantedAsync(desk, cloud);
            }
        }

        return waiter.LeaveOnCancelAsync(cancellationToken);
    }

    /// <summary>One whole look after the other as long as somebody waits for one.</summary>
    private async Task LookWhileWantedAsync(Desk desk, GovernedCloud cloud)
    {
        // Not on the stack of whoever came first, which holds the gate.
        await Task.Yield();
        do
        {
            Observation? look = null;
            Exception? failure = null;
            var line = new SharedLine(this, desk);
            try
            {
                look = await Observation.MakeAsync(cloud.For(line, sharedLooks: null), desk.Filter, timeProvider, abort);
            }
            catch (Exception error)
            {
                failure = error;
            }

            End(desk, line, look, failure);
        }
        while (IsWanted(desk));
    }

    private void End(Desk desk, SharedLine line, Observation? look, Exception? failure)
    {
        List<Waiter> served;
        lock (_gate)
        {
            desk.Pages = look?.Pages ?? desk.Pages;

            // Without a turn nobody called: all who wait hear why.
            served = line.Served ?? Take_NeedsGate(desk);
        }

        foreach (var waiter in served)
        {
            waiter.End(look, failure);
        }
    }

    private bool IsWanted(Desk desk)
    {
        lock (_gate)
        {
            desk.Waiting.RemoveAll(waiter => waiter.HasLeft);
            return desk.IsLooking = desk.Waiting.Count > 0;
        }
    }

    private static List<Waiter> Take_NeedsGate(Desk desk)
    {
        List<Waiter> taken = [.. desk.Waiting];
        desk.Waiting.Clear();
        return taken;
    }

    /// <summary>Those who share whole listings by one filter.</summary>
    private sealed class Desk(InstanceFilter filter)
    {
        public InstanceFilter Filter => filter;

        /// <summary>Calls that the last whole listing took; 0 before the first.</summary>
        public int Pages { get; set; }

        /// <summary>Those of routine who look alone at this moment.</summary>
        public int Alone { get; set; }

        /// <summary>Whether a whole listing is under way, or about to be.</summary>
        public bool IsLooking { get; set; }

        public List<Waiter> Waiting { get; } = [];
    }

    /// <summary>Somebody who waits for a whole listing that begins later than now.</summary>
    private sealed class Waiter(ICallLine line)
    {
        private readonly TaskCompletionSource<Observation> _look = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ICallLine Line => line;

        public bool HasLeft => _look.Task.IsCompleted;

        public void End(Observation? seen, Exception? failure)
        {
            _ = seen is not null ? _look.TrySetResult(seen)
                : failure is OperationCanceledException cancelled ? _look.TrySetCanceled(cancelled.CancellationToken)
                : _look.TrySetException(failure!);
        }

        public async Task<Observation> LeaveOnCancelAsync(CancellationToken cancellationToken)
        {
            using var registration = cancellationToken.Register(() => _look.TrySetCanceled(cancellationToken));
            return await _look.Task;
        }
    }

    /// <summary>The line of a whole listing: serves whoever waits when its first call begins.</summary>
    private sealed class SharedLine(SharedLooks looks, Desk desk) : ICallLine
    {
        /// <summary>Whom this listing serves; null before its first call.</summary>
        public List<Waiter>? Served { get; private set; }

        public GroupId Group => default;

        public CallUrgency Urgency => CallUrgency.Routine;

        public void OnWaiting(CallKind kind)
        {
        }

        public void OnTurn(CallKind kind)
        {
            lock (looks._gate)
            {
                if (Served is not null)
                {
                    return;
                }

                Served = Take_NeedsGate(desk);
            }

            foreach (var waiter in Served)
            {
                waiter.Line.OnTurn(CallKind.Read);
            }
        }
    }
}
