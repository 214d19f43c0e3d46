using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Steering;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A change of a group's policies, told by an activity; one that changes nothing tells none.</summary>
/// <param name="group">Whose.</param>
/// <param name="change">What becomes of the policies.</param>
/// <param name="activity">What the trail learns.</param>
/// <param name="cancellationToken">Gives up before it begins.</param>
internal sealed class PolicyWrite(
    GroupId group,
    Func<ImmutableArray<Policy>, ImmutableArray<Policy>> change,
    Activity activity,
    CancellationToken cancellationToken) : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups => [group];

    public override IReadOnlyCollection<GroupId> Voiced => Groups;

    public override int PositionsMax => 1;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        if (ledger.Footings.GetValueOrDefault(group) is not { Now.IsLiving: true } footing)
        {
            throw Refusal.NotFound("living group", group);
        }

        var before = ledger.PoliciesOf(group);
        var after = change(before);
        if (after == before)
        {
            return [];
        }

        ledger.PutPolicies(group, after, endsSteering: PoliciesRule.EndsSteering(before, after));
        return [ledger.Tell(footing, activity)];
    }
}
