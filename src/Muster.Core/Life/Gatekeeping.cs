using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>
/// What becomes of what is said to gates: only a gate that waits is told anything, and what was said last in time stands. Pure.
/// </summary>
/// <remarks>
/// To the hooks of its launch something may be said of an instance that nobody has seen up yet: it may be faster than whoever looks.
/// </remarks>
public static class Gatekeeping
{
    /// <summary>The notes after what was said (<see cref="MemberNotes.Apply"/>), gates included.</summary>
    /// <param name="drain">The group's drain; null for none.</param>
    /// <param name="hooks">The group's hooks.</param>
    /// <param name="members">What the engine has written down of the group's instances.</param>
    /// <param name="notes">What was said before.</param>
    /// <param name="changes">What is said, in order.</param>
    /// <returns>The same array where nothing is new.</returns>
    /// <exception cref="GateException">One says something to a gate that does not wait for it.</exception>
    /// <exception cref="InputException">More is said than is kept.</exception>
    public static ImmutableArray<MemberNote> Apply(
        Drain? drain, Hooks hooks, ImmutableArray<Member> members, ImmutableArray<MemberNote> notes, ImmutableArray<NoteChange> changes)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        if (changes.IsDefaultOrEmpty || changes.All(change => change.Gate is null || change.IsGone))
        {
            return MemberNotes.Apply(notes, changes);
        }

        var heard = new Dictionary<(string Cloud, InstanceId Instance, string Gate), GateWord>();
        var resolved = ImmutableArray.CreateBuilder<NoteChange>(changes.Length);
        foreach (var change in changes)
        {
            if (change is not { Gate: { } said, IsGone: false })
            {
                resolved.Add(change);
                continue;
            }

            var key = (change.Cloud, change.Instance, said.Gate);
            var before = heard.TryGetValue(key, out var earlier) ? earlier : WordOf(notes, change, said.Gate);
            var word = Resolve(drain, hooks, MemberOf(members, change), before, change, said);
            heard[key] = word;
            resolved.Add(change with { Gate = word });
        }

        return MemberNotes.Apply(notes, resolved.MoveToImmutable());
    }

    /// <summary>What is kept of one word.</summary>
    private static GateWord Resolve(Drain? drain, Hooks hooks, Member? member, GateWord? before, NoteChange change, GateWord said)
    {
        var hook = said.Gate == Gates.Drain ? null : hooks.Find(said.Gate);
        if (hook is null && (said.Gate != Gates.Drain || drain is null))
        {
            throw new GateException(GateRefusal.Unknown, Shown(said.Gate), Known(drain, hooks));
        }

        var isAtLaunch = hook is { At: HookMoment.Launch };
        var terms = hook?.Gate ?? drain!.Gate;
        DateTimeOffset? since = isAtLaunch
            ? member is { Phase: MemberPhase.Waiting } && hook!.Since <= member.Since ? member.Since : null
            : member is { Phase: MemberPhase.Draining } ? member.Since : null;

        // What was said when it was to end another time was said of that.
        before = isAtLaunch || before?.At >= since ? before : null;
        // Sources of traffic that are done have not answered for the instance: a person or a program may still end its wait.
        var isPersons = change.GateOf is null;
        if (before is { Answer: not GateAnswer.Extend }
            && !(isPersons && said.Answer is not GateAnswer.Extend && Gates.IsOfSources(before)))
        {
            return before.Answer == said.Answer
                ? before
                : throw new GateException(
                    GateRefusal.Answered, said.Gate, $"nothing more: it was told to {HookRules.Word(before.Answer)} already");
        }

        if (since is null)
        {
            // Nobody has seen it up yet, or it is in service for long: then nothing waits for the word, and nothing goes by it.
            return isAtLaunch && member is null or { Phase: MemberPhase.Booting } && change.GateOf is null
                ? Early(terms, before, said)
                : throw NotWaiting(said.Gate);
        }

        // Stores keep moments to the microsecond.
        if (change.GateOf is { } of && (of - since.Value).Duration() >= TimeSpan.FromMicroseconds(1))
        {
            throw NotWaiting(said.Gate);
        }

        if (said.At >= terms.DeadlineOf(since.Value, before))
        {
            throw new GateException(
                GateRefusal.TooLate, said.Gate,
                $"a word before {terms.DeadlineOf(since.Value, before).UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: "
                + "it has waited long enough");
        }

        // Whoever answers and whoever wrote down that it waits may have clocks that differ.
        var at = said.At < since ? since.Value : said.At;
        if (said.Answer is not GateAnswer.Extend)
        {
            return said with { At = at, Until = isPersons && hook is null && said.Answer is GateAnswer.Continue ? at : null };
        }

        var until = terms.Extended(since.Value, before, at, said.Until);
        return before is not null && until == before.Until ? before : said with { At = at, Until = until };
    }

    /// <summary>What is said before anybody has written down that it waits: more time counts from then on.</summary>
    private static GateWord Early(GateTerms terms, GateWord? before, GateWord said)
    {
        if (said.Answer is not GateAnswer.Extend)
        {
            return said with { Until = null };
        }

        var until = terms.Extended(said.At, before, said.At, said.Until);
        return before is not null && until == before.Until ? before : said with { Until = until };
    }

    private static GateException NotWaiting(string gate) =>
        new(GateRefusal.NotWaiting, gate, "one that the instance waits at: at this one it does not wait");

    private static string Known(Drain? drain, Hooks hooks)
    {
        var names = (drain is null ? [] : new[] { Gates.Drain }).Concat(hooks.All.Select(hook => hook.Name)).ToList();
        return names.Count == 0 ? "none: this group has neither hooks nor a drain" : $"one of {string.Join(", ", names)}";
    }

    private static Member? MemberOf(ImmutableArray<Member> members, NoteChange change) => members.IsDefaultOrEmpty ? null
        : members.FirstOrDefault(member => member.Instance == change.Instance && (member.Cloud ?? change.Cloud) == change.Cloud);

    private static GateWord? WordOf(ImmutableArray<MemberNote> notes, NoteChange change, string gate) => notes.IsDefaultOrEmpty ? null
        : notes.FirstOrDefault(note => note.Instance == change.Instance && note.Cloud == change.Cloud)
            ?.Gates.FirstOrDefault(word => word.Gate == gate);

    private static string Shown(string gate) => gate.Length <= HookRules.NameMax ? gate : gate[..HookRules.NameMax];
}
