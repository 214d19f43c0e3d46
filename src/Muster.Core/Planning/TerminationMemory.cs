using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>What a plan must know of the instances that were told to end before and are still there.</summary>
internal sealed class TerminationMemory
{
    /// <summary>
    /// How long an instance that was told to end may be listed as before, beyond the listing's lag, until its group says that it does not
    /// end. Longer than a decent shutdown, short enough that somebody who waits for it hears of it.
    /// </summary>
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(1);

    /// <summary>The same for one that the cloud says is on its way out: some take minutes to free what it held.</summary>
    public static readonly TimeSpan LeavingOverdueAfter = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<InstanceId, RecentTermination> Nothing = [];

    private readonly PlanInput _input;
    private readonly Dictionary<InstanceId, RecentTermination> _byInstance = Nothing;

    private TerminationMemory(PlanInput input, Slice slice)
    {
        _input = input;
        if (!input.State.RecentTerminations.IsEmpty)
        {
            _byInstance = [];
            foreach (var termination in input.TerminationsOf(slice))
            {
                _byInstance[termination.Instance] = termination;
            }
        }
    }

    public static TerminationMemory Of(PlanInput input, Slice slice) => new(input, slice);

    /// <summary>
    /// Whether an order to end it is under way, believed or not: it may end at any moment, so that nothing may be built on it.
    /// </summary>
    public bool IsUnderWay(InstanceId instance) => _byInstance.TryGetValue(instance, out var termination) && termination.IsUnderWay;

    /// <summary>
    /// 2 while an order to end is under way, 1 after orders that had no effect, 0 where none was given. The highest number ends first:
    /// an end that may yet come must not cost another's place.
    /// </summary>
    public int EndOf(InstanceId instance) =>
        !_byInstance.TryGetValue(instance, out var termination) ? 0 : termination.IsUnderWay ? 2 : 1;

    /// <summary>Why its end is not asked for now; null when it may be.</summary>
    public Reluctance? WaitOf(Instance instance) =>
        _byInstance.TryGetValue(instance.Id, out var termination) && !IsDue(termination)
            ? new(instance, termination.Failure ?? Unheard(instance, termination), termination.RetryAt)
            : null;

    /// <summary>Those whose end is under way and should have come by now.</summary>
    public IEnumerable<Reluctance> Overdue(Slice slice) =>
        _byInstance.Count == 0 ? []
        : from instance in slice.Owned
          where _byInstance.TryGetValue(instance.Id, out var termination) && termination.IsBelieved
              && _input.Now - termination.Since >= PatienceWith(instance) + slice.ListingLagMax
          select new Reluctance(instance, Unheard(instance, _byInstance[instance.Id]), RetryAt: null);

    /// <summary>Why an instance that was told to end is said not to, when the cloud itself has not said why.</summary>
    public static string Unheard(Instance instance, RecentTermination termination) => termination.IsTold
        ? $"the cloud took the order, and it is still {Words.Of(instance.State)}"
        : $"outcome unknown, and it is still {Words.Of(instance.State)}";

    private bool IsDue(RecentTermination termination) => termination.RetryAt is { } retryAt && retryAt <= _input.Now;

    private static TimeSpan PatienceWith(Instance instance) =>
        instance.State is InstanceState.Terminating ? LeavingOverdueAfter : OverdueAfter;
}
