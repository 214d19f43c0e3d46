using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>
/// An instance that must stay, and an order to end it, exclude each other: the one that is written down first counts, and whoever comes
/// with the other is refused.
/// </summary>
internal static class StayRule
{
    /// <summary>Refuses to protect an instance, to put it on standby, or to let it go, whose end is written down.</summary>
    /// <param name="before">The notes before.</param>
    /// <param name="after">And after.</param>
    /// <param name="ends">Who was told to end, or is about to be.</param>
    /// <exception cref="InputException">There is one; says every one.</exception>
    public static void EnsureMayStay(
        ImmutableArray<MemberNote> before, ImmutableArray<MemberNote> after, ImmutableArray<RecentTermination> ends)
    {
        var underWay = ends.Where(end => end.IsUnderWay).ToLookup(end => end.Instance);
        if (underWay.Count == 0)
        {
            return;
        }

        var known = before.ToDictionary(note => (note.Cloud, note.Instance));
        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var note in after.Where(note => underWay[note.Instance].Any(end => IsOf(note, end))))
        {
            var earlier = known.GetValueOrDefault((note.Cloud, note.Instance));
            if ((note.IsProtected && earlier?.IsProtected is not true) || (note.IsStandby && earlier?.IsStandby is not true)
                || (note.IsMoving && earlier?.IsMoving is not true))
            {
                errors.Add(new("instance", note.Instance.Value, "one whose end is not written down already: this one is about to end"));
            }
        }

        InputException.ThrowIfAny(errors);
    }

    /// <summary>Whether a check writes down that instances are to end, or did: of any other nothing need be known.</summary>
    public static bool OrdersAny(CheckRecord record) => record.State.RecentTerminations.Any(end => end.IsUnderWay);

    /// <summary>Refuses to write down the end of an instance that must stay.</summary>
    /// <param name="lease">The lease under which it is written.</param>
    /// <param name="record">What is written.</param>
    /// <param name="phase">Where the group is in its life: of one that is being deleted, none is on standby.</param>
    /// <param name="notes">What is said of its instances.</param>
    /// <param name="before">Who was told to end before: an order that was given already is no other one.</param>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Fenced"/>: there is one.</exception>
    public static void EnsureMayEnd(
        GroupLease lease,
        CheckRecord record,
        GroupPhase phase,
        ImmutableArray<MemberNote> notes,
        ImmutableArray<RecentTermination> before)
    {
        var staying = notes.Where(note => MustStay(note, phase)).ToLookup(note => note.Instance);
        if (staying.Count == 0)
        {
            return;
        }

        var known = before.ToLookup(end => end.Instance);
        foreach (var end in record.State.RecentTerminations)
        {
            if (IsOrdered(end, known[end.Instance]) && staying[end.Instance].Any(note => IsOf(note, end)))
            {
                throw Refusal.MustStay(lease, end.Instance);
            }
        }
    }

    private static bool MustStay(MemberNote note, GroupPhase phase) =>
        note.IsProtected || note.IsMoving || (note is { IsStandby: true, UnwantedFor: null } && phase is not GroupPhase.Draining);

    /// <summary>Whether it is written down now: for the first time, or anew. Its outcome is no order.</summary>
    private static bool IsOrdered(RecentTermination end, IEnumerable<RecentTermination> before) =>
        end.IsUnderWay && before.All(was => !end.IsTold && Microseconds.Kept(was.At) != Microseconds.Kept(end.At));

    // What was written down while its group lived on one cloud does not say which.
    private static bool IsOf(MemberNote note, RecentTermination end) =>
        note.Instance == end.Instance && (end.Cloud is null || end.Cloud == note.Cloud);
}
