using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>A changed group, made against the version before.</summary>
/// <param name="changed">The group after the change.</param>
/// <param name="activity">What the trail learns.</param>
/// <param name="notes">What is said of its instances with it, as it is to be kept; of most changes nothing.</param>
/// <param name="cancellationToken">Gives up before it begins.</param>
internal sealed class UpdateGroupWrite(
    Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken)
    : GroupWrite(changed, activity, cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Noted => notes.IsEmpty ? [] : Groups;

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        // Only the account's own groups have a footing.
        var current = GroupRule.EnsureCurrent(ledger.Groups.GetValueOrDefault(Group.Id), Group);
        var template = GroupRule.Change(
            current, Group, id => ledger.Templates.GetValueOrDefault(id), ledger.Names.ContainsKey(Group.Name));
        var footing = ledger.Footings[Group.Id];
        var before = ledger.NotesOf(Group.Id);
        var after = notes.IsEmpty ? before : NoteRule.Apply(before, notes);
        if (after != before)
        {
            StayRule.EnsureMayStay(before, after, ledger.EndsOf(footing));
            ledger.PutNotes(Group.Id, after);
        }

        ledger.Replace(footing, current, Group, template.Cloud, Activity);
        return [];
    }
}
