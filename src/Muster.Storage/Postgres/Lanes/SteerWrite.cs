using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>
/// What a steering round claims and tells of groups; those that do not live, and those of which it was overtaken, are passed over.
/// </summary>
/// <param name="records">As they are to be kept, of each group one.</param>
/// <param name="cancellationToken">Gives up before it begins.</param>
internal sealed class SteerWrite(ImmutableArray<SteeringRecord> records, CancellationToken cancellationToken) : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups { get; } = [.. records.Select(record => record.Group)];

    public override IReadOnlyCollection<GroupId> Voiced { get; } =
        [.. records.Where(record => record.Claim is not null || record.Basis is not null).Select(record => record.Group)];

    public override int PositionsMax { get; } = records.Count(record => record.Activity is not null);

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        var kept = ImmutableArray.CreateBuilder<Activity>(PositionsMax);
        foreach (var record in records)
        {
            if (ledger.Footings.GetValueOrDefault(record.Group) is not { Now.IsLiving: true } footing
                || SteeringRule.IsOvertaken(record, ledger.EvaluatedAtOf(record.Group)))
            {
                continue;
            }

            ledger.Steer(record);
            if (record.Activity is { } activity)
            {
                kept.Add(ledger.Tell(footing, activity));
            }
        }

        return kept.DrainToImmutable();
    }
}
