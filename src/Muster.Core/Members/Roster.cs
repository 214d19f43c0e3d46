using System.Collections.Immutable;

namespace Muster.Core.Members;

/// <summary>A group's members, found by their instances. Costs nothing where there are none.</summary>
public sealed class Roster
{
    private static readonly Roster Empty = new([]);

    private readonly Dictionary<InstanceId, Member> _byInstance;

    private Roster(Dictionary<InstanceId, Member> byInstance) => _byInstance = byInstance;

    /// <summary>The roster of these; of two for one instance the later counts.</summary>
    public static Roster Of(ImmutableArray<Member> members)
    {
        if (members.IsDefaultOrEmpty)
        {
            return Empty;
        }

        var byInstance = new Dictionary<InstanceId, Member>(members.Length);
        foreach (var member in members)
        {
            byInstance[member.Instance] = member;
        }

        return new(byInstance);
    }

    /// <summary>The member of an instance; null when there is nothing to say of it.</summary>
    public Member? Find(InstanceId instance) => _byInstance.GetValueOrDefault(instance);
}
