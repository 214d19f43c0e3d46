using System.Collections.Immutable;

using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>
/// How instances stand before the gates of their lives: at launch the group's launch hooks; at the end its drain and its hooks at
/// termination. Pure: what is in force now, since when the instance is in its phase, and what was said.
/// </summary>
public static class Gates
{
    /// <summary>The name of the drain's gate. No hook has it.</summary>
    public const string Drain = "drain";

    /// <summary>Whether anything stands between the decision to end an instance and its end.</summary>
    public static bool HoldAtEnd(Drain? drain, Hooks hooks)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        return drain is not null || hooks.AnyAt(HookMoment.Terminate);
    }

    /// <summary>How an instance stands with its group's gates, as far as the engine has written down that it is at any.</summary>
    /// <param name="drain">The group's drain; null for none.</param>
    /// <param name="hooks">The group's hooks.</param>
    /// <param name="member">What the engine has written down of it; null where it has not.</param>
    /// <param name="note">What was said; null for nothing.</param>
    /// <param name="now">The instant.</param>
    /// <returns>Nothing for one that is at none.</returns>
    public static Passage Of(Drain? drain, Hooks hooks, Member? member, MemberNote? note, DateTimeOffset now) => member?.Phase switch
    {
        MemberPhase.Draining => AtEnd(drain, hooks, member.Since, note, now),
        MemberPhase.Waiting => AtLaunch(hooks, member.Since, note, now),
        _ => new([]),
    };

    /// <summary>How one stands that is to end.</summary>
    /// <param name="drain">The group's drain; null for none.</param>
    /// <param name="hooks">The group's hooks.</param>
    /// <param name="since">Since when it drains.</param>
    /// <param name="note">What was said; what was said before that was said of another time.</param>
    /// <param name="now">The instant.</param>
    public static Passage AtEnd(Drain? drain, Hooks hooks, DateTimeOffset since, MemberNote? note, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        var gates = ImmutableArray.CreateBuilder<Gate>();
        if (drain is not null)
        {
            gates.Add(Stand(drain.Gate, since, WordOf(note, Drain, since), now));
        }

        foreach (var hook in hooks.All)
        {
            if (hook.At is HookMoment.Terminate)
            {
                gates.Add(Stand(hook.Gate, since, WordOf(note, hook.Name, since), now));
            }
        }

        return new(gates.DrainToImmutable());
    }

    /// <summary>How one stands that is up and was never in service.</summary>
    /// <param name="hooks">The group's hooks; one that the group has come to have since then holds it not.</param>
    /// <param name="since">Since when it waits.</param>
    /// <param name="note">What was said, before as well: an instance is launched once.</param>
    /// <param name="now">The instant.</param>
    public static Passage AtLaunch(Hooks hooks, DateTimeOffset since, MemberNote? note, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        var gates = ImmutableArray.CreateBuilder<Gate>();
        foreach (var hook in hooks.All)
        {
            if (hook.At is HookMoment.Launch && hook.Since <= since)
            {
                gates.Add(Stand(hook.Gate, since, WordOf(note, hook.Name, DateTimeOffset.MinValue), now));
            }
        }

        return new(gates.DrainToImmutable());
    }

    /// <summary>When the next gate of any of these changes by itself; null for never.</summary>
    /// <param name="drain">The group's drain; null for none.</param>
    /// <param name="hooks">The group's hooks.</param>
    /// <param name="members">What the engine has written down.</param>
    /// <param name="notes">What was said.</param>
    /// <param name="now">The instant.</param>
    public static DateTimeOffset? NextDue(
        Drain? drain, Hooks hooks, ImmutableArray<Member> members, ImmutableArray<MemberNote> notes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        if (members.IsDefaultOrEmpty || (drain is null && hooks.All.IsEmpty))
        {
            return null;
        }

        DateTimeOffset? next = null;
        foreach (var member in members)
        {
            var note = notes.IsDefault ? null : notes.FirstOrDefault(one => one.Instance == member.Instance && one.Cloud == member.Cloud)
                ?? (member.Cloud is null ? notes.FirstOrDefault(one => one.Instance == member.Instance) : null);
            next = Of(drain, hooks, member, note, now).DueAt is { } at && !(next < at) ? at : next;
        }

        return next;
    }

    /// <summary>
    /// Whether a word says no more than that the drain's sources of traffic are done, so that what the group waits at least goes on.
    /// </summary>
    public static bool IsOfSources(GateWord word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word is { Gate: Drain, Answer: GateAnswer.Continue, Until: null };
    }

    /// <summary>What was said to a gate that holds since then.</summary>
    internal static GateWord? WordOf(MemberNote? note, string gate, DateTimeOffset since) =>
        note?.Gates.FirstOrDefault(word => word.Gate == gate && word.At >= since);

    private static Gate Stand(GateTerms gate, DateTimeOffset since, GateWord? word, DateTimeOffset now)
    {
        var deadline = gate.DeadlineOf(since, word);
        switch (word?.Answer)
        {
            case GateAnswer.Abandon:
                return new(gate.Name, since, deadline, GateState.Abandoned);
            case GateAnswer.Continue when now >= (word.Until ?? since + gate.Least):
                return new(gate.Name, since, deadline, GateState.Passed);
            case GateAnswer.Continue:
                return new(gate.Name, since, since + gate.Least, GateState.Waiting);
            default:
                return now < deadline
                    ? new(gate.Name, since, deadline, GateState.Waiting)
                    : new(gate.Name, since, deadline, gate.OnTimeout is GateAnswer.Abandon ? GateState.Abandoned : GateState.Passed,
                        IsSilent: true);
        }
    }
}
