using System.Collections.Immutable;

using Muster.Core.Health;

namespace Muster.Core.Members;

/// <summary>How notes change, and what a store may keep of them. Pure.</summary>
public static class MemberNotes
{
    /// <summary>Most instances of one group that something is said of.</summary>
    public const int PerGroupMax = 10_000;

    /// <summary>Most sources that say something of one instance.</summary>
    public const int SourcesMax = 16;

    /// <summary>Most gates of which is kept what was said to them of one instance; the oldest words go first.</summary>
    public const int GatesMax = 32;

    /// <summary>The notes after what was said, in order of clouds and instances; the same array where nothing is new.</summary>
    /// <exception cref="InputException">More is said than is kept: says of what.</exception>
    public static ImmutableArray<MemberNote> Apply(ImmutableArray<MemberNote> notes, ImmutableArray<NoteChange> changes)
    {
        var before = notes.IsDefault ? [] : notes;
        if (changes.IsDefaultOrEmpty)
        {
            return before;
        }

        var byInstance = before.ToDictionary(note => (note.Cloud, note.Instance));
        foreach (var change in changes)
        {
            var key = (change.Cloud, change.Instance);
            var known = byInstance.GetValueOrDefault(key);
            var next = change.IsGone ? null : After(known ?? new() { Instance = change.Instance, Cloud = change.Cloud }, change);
            if (next is { SaysSomething: true })
            {
                byInstance[key] = next;
            }
            else
            {
                byInstance.Remove(key);
            }
        }

        if (byInstance.Count > PerGroupMax)
        {
            throw new InputException(
                [new("instances", byInstance.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), $"at most {PerGroupMax}")]);
        }

        ImmutableArray<MemberNote> after =
            [.. byInstance.Values.OrderBy(note => note.Cloud, StringComparer.Ordinal).ThenBy(note => note.Instance)];
        return after.SequenceEqual(before) ? before : after;
    }

    private static MemberNote After(MemberNote note, NoteChange change)
    {
        var findings = change.Silenced is { } silenced ? note.Findings.RemoveAll(one => one.Source == silenced) : note.Findings;
        if (change.Listened is { } listened && findings.Any(listened.HasHeardTheEndOf))
        {
            findings = [.. findings.Select(one => listened.HasHeardTheEndOf(one) ? one.Stopped() : one)];
        }

        var (servedAt, isNews) = (note.ServedAt, true);
        if (change.Finding is { } said)
        {
            var known = findings.FirstOrDefault(one => one.Source == said.Source);

            // A source that says the same again has said so since the first time.
            var kept = known is not null && known.Verdict == said.Verdict && known.Since <= said.Since
                && !(known.ExpiresAt <= said.Since) ? said with { Since = known.Since } : said;
            findings = findings.RemoveAll(one => one.Source == said.Source).Add(kept).Sort((one, other) =>
                string.CompareOrdinal(one.Source, other.Source));
            servedAt = said.Verdict is Verdict.Healthy && !(servedAt > kept.Since) ? kept.Since : servedAt;

            // Said again it is no news: no check is made for it that anybody could wait for.
            isNews = kept.Since == said.Since;
            if (findings.Length > SourcesMax)
            {
                throw new InputException([new("source", said.Source, $"one of those that say something already: at most {SourcesMax}")]);
            }
        }

        return note with
        {
            Findings = findings,
            ServedAt = servedAt,
            IsProtected = change.IsProtected ?? note.IsProtected,
            IsStandby = change.IsStandby ?? note.IsStandby,
            UnwantedFor = change.UnwantedFor ?? note.UnwantedFor,
            Gates = change.Gate is { } word ? Heard(note.Gates, word) : note.Gates,
            DetachedFor = change.DetachedFor ?? note.DetachedFor,
            AttachingFor = change.IsAttached ? null : change.AttachingFor ?? note.AttachingFor,
            KeptAt = change.KeptAt ?? note.KeptAt,
            SaidAt = isNews && change.SaidAt is { } at && !(note.SaidAt > at) ? at : note.SaidAt,
        };
    }

    /// <summary>Of each gate the last word, by name.</summary>
    private static ImmutableArray<GateWord> Heard(ImmutableArray<GateWord> gates, GateWord word)
    {
        var after = gates.RemoveAll(one => one.Gate == word.Gate);
        after = after.Length < GatesMax ? after : after.Remove(after.MinBy(one => one.At)!);
        return after.Add(word).Sort((one, other) => string.CompareOrdinal(one.Gate, other.Gate));
    }
}
