using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>What a source's own checks come to as findings on the members' health. Pure.</summary>
/// <remarks>
/// A source that finds all members of a group down is likelier to be cut off than right, and one that gives no answer knows nothing: either
/// says unknown, and unknown replaces nobody.
/// </remarks>
internal static class TrafficFindings
{
    // A single member that is down may well be down.
    private const int AllMin = 2;

    // An unhealthy word of a server that died holds no longer than this.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>How the findings of a use are called: by its kind, and of a further one of the same kind by its source as well.</summary>
    public static string NameOf(TrafficUses uses, TrafficUse use, Func<string, string?> kindOf)
    {
        var kind = kindOf(use.Source) ?? use.Source;
        // By what they say: the group is read anew all the time.
        var isFirst = uses.All.FirstOrDefault(one => one.Health && kindOf(one.Source) == kind) == use;
        var name = isFirst ? kind : $"{kind}:{use.Source}";
        return name.Length <= Finding.SourceMax ? name : name[..Finding.SourceMax];
    }

    /// <summary>What is to be written after a source has answered; nothing where it says what it has said.</summary>
    public static ImmutableArray<NoteChange> Read(
        string name, string source, ImmutableArray<Wanted> wanted, ImmutableArray<TrafficEntry> entries, GroupRecord record,
        DateTimeOffset now)
    {
        var byMember = new Dictionary<(string, InstanceId), TrafficEntry>();
        foreach (var entry in entries)
        {
            if (entry.Member is { } member)
            {
                byMember.TryAdd((member.Cloud, member.Instance.Id), entry);
            }
        }

        // Those that get no traffic are no evidence: what is drained or was never there is asked by nobody.
        var asked = byMember.Values.Count(entry => entry.State is TrafficState.Joined);
        var down = byMember.Values.Count(entry => entry is { State: TrafficState.Joined, Verdict: Verdict.Unhealthy });
        var all = down >= AllMin && down == asked
            ? string.Create(CultureInfo.InvariantCulture, $"{source} finds all {down} down at once, and is not believed")
            : null;
        var changes = ImmutableArray.CreateBuilder<NoteChange>();
        foreach (var one in wanted)
        {
            var said = SaidOf(name, one, record);
            if (!byMember.TryGetValue((one.Member.Cloud, one.Member.Instance.Id), out var entry))
            {
                if (said is not null && said.Verdict is not Verdict.Unknown)
                {
                    changes.Add(Change(one, new(name, Verdict.Unknown, now, $"{source} does not have it")));
                }

                continue;
            }

            var verdict = all is not null && entry.Verdict is Verdict.Unhealthy ? Verdict.Unknown : entry.Verdict;
            var detail = all is not null && entry.Verdict is Verdict.Unhealthy ? all : entry.Detail;
            if (Says(said, verdict, now))
            {
                changes.Add(Change(one, new(name, verdict, now, detail, verdict is Verdict.Unhealthy ? now + Life : null)));
            }
        }

        return changes.ToImmutable();
    }

    /// <summary>What is to be written of a source that gives no answer: what it said holds no more.</summary>
    public static ImmutableArray<NoteChange> Unknown(
        string name, string why, ImmutableArray<Wanted> wanted, GroupRecord record, DateTimeOffset now) =>
    [
        .. wanted
            .Where(one => SaidOf(name, one, record) is { Verdict: not Verdict.Unknown })
            .Select(one => Change(one, new(name, Verdict.Unknown, now, why.Length <= Finding.DetailMax ? why : why[..Finding.DetailMax]))),
    ];

    /// <summary>Whether one of the changes is news to the group's check: a verdict that is another.</summary>
    public static bool IsNews(string name, ImmutableArray<NoteChange> changes, GroupRecord record, DateTimeOffset now) =>
        changes.Any(change => change.Finding is { } found && record.Notes
            .FirstOrDefault(note => note.Instance == change.Instance && note.Cloud == change.Cloud)?.Findings
            .FirstOrDefault(one => one.Source == name)?.At(now) != found.Verdict);

    private static Finding? SaidOf(string name, Wanted one, GroupRecord record) => record.Notes
        .FirstOrDefault(note => note.Instance == one.Member.Instance.Id && note.Cloud == one.Member.Cloud)?.Findings
        .FirstOrDefault(finding => finding.Source == name);

    private static bool Says(Finding? said, Verdict verdict, DateTimeOffset now) => said is null
        ? verdict is not Verdict.Unknown
        : said.At(now) != verdict || (said.ExpiresAt is { } end && now >= end - (Life / 2));

    private static NoteChange Change(Wanted one, Finding finding) => new(one.Member.Cloud, one.Member.Instance.Id) { Finding = finding };
}
