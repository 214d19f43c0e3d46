using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>What a check does or did, under its lease.</summary>
internal sealed class RecordWrite(GroupLease lease, CheckRecord record, bool release, CancellationToken cancellationToken)
    : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups => [lease.Group];

    public override IReadOnlyCollection<GroupId> Noted { get; } = StayRule.OrdersAny(record) ? [lease.Group] : [];

    public override int PositionsMax => record.Activities.Length;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        var footing = ledger.Footings.GetValueOrDefault(lease.Group);
        _ = Footing.EnsureHeld(footing?.Now, lease);
        StayRule.EnsureMayEnd(lease, record, footing!.Now.Phase, ledger.NotesOf(lease.Group), ledger.EndsOf(footing));
        var kept = ImmutableArray.CreateBuilder<Activity>(record.Activities.Length);
        ledger.Write(footing, record, kept);
        if (release)
        {
            footing.IsReleased = true;
            footing.Now = footing.Now with { Lease = footing.Now.Lease.Ended() };
        }

        return kept.DrainToImmutable();
    }
}
