using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A changed group, made against the version before, and perhaps what is said of its instances with it.</summary>
internal sealed class UpdateGroupWrite(Group changed, Activity activity, CancellationToken cancellationToken)
    : GroupWrite(changed, activity, cancellationToken)
{
    /// <summary>What is said of its instances, as it is to be kept; empty for nothing.</summary>
    public ImmutableArray<NoteChange> Said { get; init; } = [];

    /// <summary>What the trail learns of that; null where the activity of the change tells of it, or there is nothing.</summary>
    public Activity? Told { get; init; }

    public override IReadOnlyCollection<GroupId> Noted => Said.IsEmpty ? [] : Groups;

    public override int PositionsMax => Told is null ? 1 : 2;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        // Only the account's own groups have a footing.
        var current = GroupRule.EnsureCurrent(ledger.Groups.GetValueOrDefault(Group.Id), Group);
        var template = GroupRule.Change(
            current, Group, id => ledger.Templates.GetValueOrDefault(id), ledger.Names.ContainsKey(Group.Name));
        var footing = ledger.Footings[Group.Id];
        var before = ledger.NotesOf(Group.Id);
        var notes = NoteRule.Apply(before, Said, ledger.GatesOf(footing) with { Drain = Group.Drain, Hooks = Group.Hooks });
        if (notes != before)
        {
            StayRule.EnsureMayStay(before, notes, ledger.EndsOf(footing));
        }

        ledger.Replace(footing, current, Group, template.Cloud, Activity);
        if (notes != before)
        {
            ledger.PutNotes(Group.Id, notes);
            if (Told is not null)
            {
                ledger.Tell(footing, Told);
            }
        }

        return [];
    }
}
