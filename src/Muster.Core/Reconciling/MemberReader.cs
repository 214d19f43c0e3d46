using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Members;

namespace Muster.Core.Reconciling;

/// <summary>Reads what a look says about a group's members: who came up, who is new on its way, and whose instance is gone. Pure.</summary>
internal static class MemberReader
{
    /// <summary>What is remembered after the look.</summary>
    /// <param name="members">What was before.</param>
    /// <param name="owned">The group's own instances, as listed.</param>
    /// <param name="observedAt">When that listing began.</param>
    /// <param name="lagMax">How far it may lag behind the truth.</param>
    /// <param name="booting">Those on their way up that must be remembered, and since when.</param>
    /// <param name="held">
    /// What is to be remembered of those that the hooks of their launch hold, or held, and of those that are in the warm pool or leave it.
    /// </param>
    public static ImmutableArray<Member> Read(
        ImmutableArray<Member> members,
        ImmutableArray<Instance> owned,
        DateTimeOffset observedAt,
        TimeSpan lagMax,
        ImmutableArray<(InstanceId Instance, DateTimeOffset Since)> booting,
        ImmutableArray<Member> held = default)
    {
        if (members.IsDefaultOrEmpty && booting.IsEmpty && held.IsDefaultOrEmpty)
        {
            return [];
        }

        var (roster, holding) = (Roster.Of(members), Roster.Of(held));
        var since = booting.ToDictionary(one => one.Instance, one => one.Since);
        var kept = ImmutableArray.CreateBuilder<Member>();
        foreach (var instance in owned)
        {
            var member = roster.Find(instance.Id);
            if (member is { Phase: MemberPhase.Draining })
            {
                // What was decided of it stands, whatever its cloud says of its state.
                kept.Add(member.RetryAt is null ? member : member with { RetryAt = null });
            }
            else if (since.TryGetValue(instance.Id, out var at))
            {
                kept.Add(member is null
                    ? new() { Instance = instance.Id, Phase = MemberPhase.Booting, Since = at }
                    : member with { Phase = MemberPhase.Booting, Since = at });
            }
            else if (holding.Find(instance.Id) is { } waiting)
            {
                kept.Add(waiting);
            }
            else if (member is not null && After(member, observedAt) is { SaysSomething: true } after)
            {
                kept.Add(after);
            }
        }

        var listed = owned.Select(instance => instance.Id).ToHashSet();
        kept.AddRange((members.IsDefault ? [] : members).Where(member => !listed.Contains(member.Instance))
            .Select(member => Unlisted(member, observedAt, lagMax)).OfType<Member>());
        return kept.DrainToImmutable();
    }

    /// <summary>What is remembered of one that is not listed; null for nothing.</summary>
    private static Member? Unlisted(Member member, DateTimeOffset observedAt, TimeSpan lagMax)
    {
        if (member.Phase is MemberPhase.Booting)
        {
            return null;
        }

        // A listing may be older than what was said of the instance: only one that must show it can say that it is gone.
        if (observedAt < member.Since + lagMax)
        {
            return member;
        }

        // The next listing may be older than this one and show it as it was, and its drain, which is spent, would begin once more.
        return member.Phase is not MemberPhase.Draining || lagMax <= TimeSpan.Zero || observedAt >= member.RetryAt ? null
            : member.RetryAt is null ? member with { RetryAt = observedAt + lagMax }
            : member;
    }

    /// <summary>One that is not on its way any more, and that no hook holds, is up, or its launch's own memory tells of it.</summary>
    private static Member After(Member member, DateTimeOffset observedAt) =>
        member.Phase is MemberPhase.Booting or MemberPhase.Waiting or MemberPhase.Starting or MemberPhase.Taken
            ? member with { Phase = MemberPhase.InService, Since = observedAt }
            : member;
}
