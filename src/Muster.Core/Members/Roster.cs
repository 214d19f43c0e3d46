using System.Collections.Immutable;

namespace Muster.Core.Members;

/// <summary>What is remembered and said of a group's instances, found by instance. Costs nothing where there is nothing.</summary>
public sealed class Roster
{
    private static readonly Roster Empty = new(null, null);

    private readonly Dictionary<InstanceId, Member>? _members;
    private readonly Dictionary<InstanceId, MemberNote>? _notes;

    private Roster(Dictionary<InstanceId, Member>? members, Dictionary<InstanceId, MemberNote>? notes) =>
        (_members, _notes) = (members, notes);

    /// <summary>The roster of these, all of one cloud; of two for one instance the later counts.</summary>
    /// <param name="members">What the engine remembers.</param>
    /// <param name="notes">What others say.</param>
    public static Roster Of(ImmutableArray<Member> members, ImmutableArray<MemberNote> notes = default) =>
        members.IsDefaultOrEmpty && notes.IsDefaultOrEmpty
            ? Empty
            : new(Index(members, member => member.Instance), Index(notes, note => note.Instance));

    /// <summary>What the engine remembers of an instance; null where it remembers nothing.</summary>
    public Member? Find(InstanceId instance) => _members?.GetValueOrDefault(instance);

    /// <summary>What others say of an instance; null where nobody says anything.</summary>
    public MemberNote? NoteOf(InstanceId instance) => _notes?.GetValueOrDefault(instance);

    private static Dictionary<InstanceId, T>? Index<T>(ImmutableArray<T> all, Func<T, InstanceId> of)
    {
        if (all.IsDefaultOrEmpty)
        {
            return null;
        }

        var index = new Dictionary<InstanceId, T>(all.Length);
        foreach (var one in all)
        {
            index[of(one)] = one;
        }

        return index;
    }
}
