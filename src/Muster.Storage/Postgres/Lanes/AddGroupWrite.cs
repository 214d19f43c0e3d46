using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A new group, told by its first activity; the same id again changes nothing and tells none.</summary>
internal sealed class AddGroupWrite(Group group, Activity activity, CancellationToken cancellationToken)
    : GroupWrite(group, activity, cancellationToken)
{
    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        if (ledger.Groups.ContainsKey(Group.Id))
        {
            return [];
        }

        var template = GroupRule.Add(
            Group, ledger.IsAccountKnown, id => ledger.Templates.GetValueOrDefault(id), ledger.Names.ContainsKey(Group.Name));
        return [ledger.Add(Group, template.Cloud, Activity)];
    }
}
