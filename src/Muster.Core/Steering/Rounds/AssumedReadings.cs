using System.Collections.Frozen;

using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>A group's readings as a round would see them if the group had other policies.</summary>
public static class AssumedReadings
{
    /// <summary>
    /// What is kept of the group, and what was pushed for metrics that its policies would read. No source is asked: what nobody has read
    /// or pushed yet, the first round after such a policy is made reads.
    /// </summary>
    /// <param name="store">Where readings are.</param>
    /// <param name="assumed">The group, with the policies that it would have.</param>
    /// <param name="before">What the last round concluded.</param>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadings> ReadAsync(
        IStore store, GroupRecord assumed, SteeringState before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(assumed);
        var log = await new SteeredReadings(store).LoadAsync(assumed, now, cancellationToken);
        var pushed = await store.FindPushedAsync(assumed.Group.Id, cancellationToken);
        GroupMeasuring.TakeIn(
            new(assumed, before, pushed), FrozenDictionary<(string Metric, GroupId Group), MetricAnswer>.Empty, log, now);
        return log;
    }
}
