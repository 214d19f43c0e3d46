using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>
/// Instances that their cloud will take back, as far as that is believed: their places are given to others at once. Pure.
/// </summary>
internal static class Departures
{
    /// <summary>Who is leaving; of a group that wants none, nobody: they all end anyway.</summary>
    /// <remarks>
    /// Never more than there are to be, those that go first before others: a cloud that gave notice to whatever is launched would have the
    /// group launch for ever.
    /// </remarks>
    public static HashSet<Instance> Of(PlanInput input) => new(
        input.Slices.SelectMany(slice => slice.Owned)
            .Where(instance => instance.IsLeaving(input.Now))
            .OrderBy(instance => instance.LeavingAt).ThenBy(instance => instance.Id)
            .Take(input.Level),
        ReferenceEqualityComparer.Instance);
}
