using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>What befell groups outside of their checks; those that do not live are passed over.</summary>
internal sealed class AppendWrite(ImmutableArray<Activity> activities, CancellationToken cancellationToken) : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups { get; } = [.. activities.Select(activity => activity.Group).Distinct()];

    public override int PositionsMax => activities.Length;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        var kept = ImmutableArray.CreateBuilder<Activity>(activities.Length);
        foreach (var activity in activities)
        {
            if (ledger.Footings.GetValueOrDefault(activity.Group) is { Now.IsLiving: true } footing)
            {
                kept.Add(ledger.Tell(footing, activity));
            }
        }

        return kept.ToImmutable();
    }
}
