using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>
/// Instances that their cloud will take back, as far as that is believed: their places are given to others at once. Pure.
/// </summary>
/// <param name="input">What is remembered of the group, and what was seen of all its parts.</param>
internal sealed class Departures(PlanInput input)
{
    // Worked out for all parts together, and only where there was notice: most groups never get any.
    private HashSet<Instance>? _believed;

    /// <summary>Whether it is leaving; of a group that wants none, nobody is: they all end anyway.</summary>
    public bool Contains(Instance instance) => instance.IsLeaving(input.Now) && (_believed ??= Believed()).Contains(instance);

    /// <summary>
    /// Never more than there are to be, those that go first before others: a cloud that gave notice to whatever is launched would have the
    /// group launch for ever. Those whose places are empty already are none of them.
    /// </summary>
    private HashSet<Instance> Believed() => new(
        input.Slices.SelectMany(HoldersWithNotice)
            .OrderBy(instance => instance.LeavingAt).ThenBy(instance => instance.Id)
            .Take(input.Level),
        ReferenceEqualityComparer.Instance);

    private IEnumerable<Instance> HoldersWithNotice(Slice slice)
    {
        var (ending, roster) = (input.EndingIn(slice), input.RosterOf(slice));
        return slice.Owned.Where(instance => instance.IsLeaving(input.Now)
            && ending?.Contains(instance.Id) is not true && !instance.IsDead
            && !Inventory.IsDraining(instance, roster));
    }
}
