using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A changed group, made against the version before.</summary>
internal sealed class UpdateGroupWrite(Group changed, Activity activity, CancellationToken cancellationToken)
    : GroupWrite(changed, activity, cancellationToken)
{
    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        // Only the account's own groups have a footing.
        var current = GroupRule.EnsureCurrent(ledger.Groups.GetValueOrDefault(Group.Id), Group);
        var template = GroupRule.Change(
            current, Group, id => ledger.Templates.GetValueOrDefault(id), ledger.Names.ContainsKey(Group.Name));
        ledger.Replace(ledger.Footings[Group.Id], current, Group, template.Cloud, Activity);
        return [];
    }
}
