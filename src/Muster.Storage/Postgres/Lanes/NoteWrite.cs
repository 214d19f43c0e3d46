using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Members;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>
/// What is said of a group's instances, with what the trail learns of it; what was said already changes nothing and tells nothing.
/// </summary>
/// <param name="group">Whose.</param>
/// <param name="changes">As they are to be kept.</param>
/// <param name="activity">What the trail learns; null for nothing.</param>
/// <param name="cancellationToken">Gives up before it begins.</param>
internal sealed class NoteWrite(
    GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken)
    : LaneWrite(cancellationToken)
{
    public override IReadOnlyCollection<GroupId> Groups => [group];

    public override IReadOnlyCollection<GroupId> Noted => Groups;

    public override int PositionsMax => activity is null ? 0 : 1;

    /// <summary>All that is said, once it has been applied.</summary>
    public ImmutableArray<MemberNote> Notes { get; private set; } = [];

    protected override ImmutableArray<Activity> ApplyTo(LaneLedger ledger)
    {
        if (ledger.Footings.GetValueOrDefault(group) is not { Now.IsLiving: true } footing)
        {
            throw Refusal.NotFound("living group", group);
        }

        var before = ledger.NotesOf(group);
        Notes = NoteRule.Apply(before, changes, ledger.GatesOf(footing));
        if (Notes == before)
        {
            return [];
        }

        StayRule.EnsureMayStay(before, Notes, ledger.EndsOf(footing));
        ledger.PutNotes(group, Notes);
        return activity is null ? [] : [ledger.Tell(footing, activity)];
    }
}
