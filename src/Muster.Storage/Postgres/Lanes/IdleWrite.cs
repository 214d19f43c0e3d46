using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>The outcomes of checks that did nothing to a cloud; those that do not count are passed over.</summary>
internal sealed class IdleWrite(ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken)
    : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups { get; } = [.. records.Select(record => record.State.Group)];

    public override int PositionsMax { get; } = records.Sum(record => record.Activities.Length);

    public override SweepKey? Sweep => sweep?.Sweep;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        if (sweep is not null)
        {
            ledger.EnsureHeld(sweep);
        }

        var kept = ImmutableArray.CreateBuilder<Activity>(PositionsMax);
        foreach (var record in records)
        {
            var footing = ledger.Footings.GetValueOrDefault(record.State.Group);
            switch (Footing.Judge(footing?.Now, record.State))
            {
                case IdleStanding.Counts:
                    ledger.Write(footing!, record, kept);
                    break;
                case IdleStanding.EndsLease:
                    ledger.EndLease(footing!);
                    break;
            }
        }

        return kept.DrainToImmutable();
    }
}
