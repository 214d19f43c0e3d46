using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A changed group, made against the version before.</summary>
internal sealed class UpdateGroupWrite(Group changed, Activity activity, CancellationToken cancellationToken)
    : GroupWrite(changed, activity, cancellationToken)
{
    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        if (ledger.Groups.GetValueOrDefault(Group.Id) is not { ArchivedAt: null } current
            || !ledger.Footings.TryGetValue(Group.Id, out var footing))
        {
            throw Refusal.NotFound("living group", Group.Id);
        }

        if (current.Version != Group.Version - 1)
        {
            throw Refusal.Stale(current.Name, current.Version, Group.Version - 1);
        }

        var template = Group.Template == current.Template ? ledger.Templates[Group.Template] : ledger.GetLivingTemplate(Group);
        if (Group.Name != current.Name)
        {
            ledger.EnsureNameFree(Group);
        }

        ledger.Replace(footing, Group, template.Cloud, Activity);
        return [];
    }
}
