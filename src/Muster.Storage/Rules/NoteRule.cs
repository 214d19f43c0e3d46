using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What may be said of a group's instances to be kept.</summary>
internal static class NoteRule
{
    /// <summary>Longest name of a cloud or an instance, in characters.</summary>
    public const int NameMax = CheckBounds.NameMax;

    /// <summary>Longest reason why somebody wants an instance gone, in characters: it is read with its group at every look.</summary>
    public const int ReasonMax = 1000;

    /// <summary>
    /// Most that is kept of one group, in bytes as it is kept: it is read at every look, and an export's line must hold it. As many notes
    /// as there may be fit, each with two or three sources and what they say in a sentence.
    /// </summary>
    public const int BytesMax = 8 * 1024 * 1024;

    /// <summary>What every member of a note, and of a finding, takes beside its texts: more than any does.</summary>
    private const int NoteBytesMax = 270;

    /// <summary>The most that a character comes to, where it is escaped.</summary>
    private const int CharacterBytesMax = 6;

    /// <summary>The notes after what was said (<see cref="Gatekeeping.Apply"/>).</summary>
    /// <param name="kept">What is kept.</param>
    /// <param name="changes">As they are to be kept.</param>
    /// <param name="gates">At which gates instances may wait.</param>
    /// <returns>By cloud and instance; the same array where nothing is new.</returns>
    /// <exception cref="GateException">Something is said to a gate that does not wait for it.</exception>
    /// <exception cref="InputException">More is said than is kept.</exception>
    public static ImmutableArray<MemberNote> Apply(
        ImmutableArray<MemberNote> kept, ImmutableArray<NoteChange> changes, GateBasis gates)
    {
        var after = Gatekeeping.Apply(gates.Drain, gates.Hooks, gates.Members, kept, changes);
        if (after != kept && BytesAtMost(after) > BytesMax && BytesOf(after) is > BytesMax and var bytes)
        {
            throw new InputException(
                "notes", Text(bytes), $"at most {Text(BytesMax)} bytes of what is said of all instances of a group: say less of each");
        }

        return after;
    }

    /// <summary>
    /// The changes as every store keeps them: times to the microsecond, texts without what no store can keep, and of what a source or a
    /// person gives as a reason the beginning, where it is longer than is kept.
    /// </summary>
    /// <exception cref="InputException">One may not be kept; says every wrong field.</exception>
    public static ImmutableArray<NoteChange> AsKept(ImmutableArray<NoteChange> changes)
    {
        if (changes.IsDefaultOrEmpty)
        {
            return [];
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var change in changes)
        {
            errors.AddRange(ErrorsOf(change));
        }

        InputException.ThrowIfAny(errors);
        return [.. changes.Select(AsKept)];
    }

    /// <summary>What is said of an instance together with a change of its group, likewise; nothing of none.</summary>
    /// <exception cref="InputException">It may not be kept; says every wrong field.</exception>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: the group lives no more after the change.</exception>
    public static ImmutableArray<NoteChange> AsKept(Group changed, MemberChange? member)
    {
        if (member is null)
        {
            return [];
        }

        EnsureOf(changed.Id, member.Activity);
        return AsKept(changed, [member.Change]);
    }

    /// <summary>The same of several of its instances; nothing of none.</summary>
    /// <inheritdoc cref="AsKept(Group, MemberChange)"/>
    public static ImmutableArray<NoteChange> AsKept(Group changed, ImmutableArray<NoteChange> changes) =>
        changes.IsEmpty ? []
        : changed.ArchivedAt is null ? AsKept(changes)
        : throw Refusal.NotFound("living group", changed.Id);

    /// <summary>Refuses an activity of another group.</summary>
    /// <exception cref="ArgumentException">It is one: a bug of the caller.</exception>
    public static void EnsureOf(GroupId group, Activity? activity)
    {
        if (activity is not null && activity.Group != group)
        {
            throw new ArgumentException(
                $"what is said of group {group} comes with an activity of group {activity.Group}", nameof(activity));
        }
    }

    /// <summary>
    /// Whether any of the changes stands on what checks have written down: it may bring about that an instance must stay (<see
    /// cref="StayRule"/>), or is said to a gate.
    /// </summary>
    public static bool StandsOnState(ImmutableArray<NoteChange> changes) =>
        changes.Any(change => change is { IsProtected: true } or { IsStandby: true } or { DetachedFor: not null }
            or { AttachingFor: not null } or { Gate: not null });

    /// <summary>What is wrong with a group's notes as they are kept, in words; nothing when all is well.</summary>
    public static IEnumerable<string> Judge(ImmutableArray<MemberNote> kept)
    {
        foreach (var note in kept)
        {
            foreach (var error in ErrorsOf(note))
            {
                yield return $"has a note of {Shown(note.Instance.Value)} on {Shown(note.Cloud)} that may not be kept: {error}";
            }
        }

        foreach (var twice in kept.CountBy(note => (note.Cloud, note.Instance)).Where(each => each.Value > 1))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"has {twice.Value} notes of {Shown(twice.Key.Instance.Value)} on {Shown(twice.Key.Cloud)}, and not one");
        }

        if (kept.Length > MemberNotes.PerGroupMax)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"has {kept.Length} notes, and at most {MemberNotes.PerGroupMax} are allowed");
        }
    }

    private static int BytesOf(ImmutableArray<MemberNote> notes) =>
        JsonSerializer.SerializeToUtf8Bytes(MemberNoteForm.Of(notes), FormsJson.Default.MemberNoteFormArray).Length;

    /// <summary>No less than the notes take, without writing them.</summary>
    private static long BytesAtMost(ImmutableArray<MemberNote> notes) => notes.Sum(note =>
        NoteBytesMax + BytesAtMost(note.Cloud) + BytesAtMost(note.Instance.Value) + BytesAtMost(note.UnwantedFor)
        + BytesAtMost(note.DetachedFor) + BytesAtMost(note.AttachingFor)
        + note.Findings.Sum(finding => NoteBytesMax + BytesAtMost(finding.Source) + BytesAtMost(finding.Detail))
        + note.Gates.Sum(word => NoteBytesMax + BytesAtMost(word.Gate)));

    private static long BytesAtMost(string? text) => CharacterBytesMax * (long)(text?.Length ?? 0);

    private static NoteChange AsKept(NoteChange change) => change with
    {
        Finding = change.Finding is { } finding
            ? finding with
            {
                Since = Microseconds.Kept(finding.Since),
                Detail = finding.Detail is { } detail ? KeptText.Cut(detail, Finding.DetailMax) : null,
                ExpiresAt = Microseconds.Kept(finding.ExpiresAt),
                Ttl = Microseconds.ToSpan(Microseconds.From(finding.Ttl)),
            }
            : null,
        UnwantedFor = Reason(change.UnwantedFor),
        DetachedFor = Reason(change.DetachedFor),
        AttachingFor = Reason(change.AttachingFor),
        KeptAt = Microseconds.Kept(change.KeptAt),
        SaidAt = Microseconds.Kept(change.SaidAt),
        Gate = change.Gate is { } word ? word with { At = Microseconds.Kept(word.At), Until = Microseconds.Kept(word.Until) } : null,
        GateOf = Microseconds.Kept(change.GateOf),
    };

    private static IEnumerable<InputError> ErrorsOf(NoteChange change) =>
        NameErrors(change.Cloud, change.Instance)
            .Concat(change.Finding is { } finding ? SourceErrors(finding.Source) : [])
            .Concat(ReasonErrors("unwanted_for", change.UnwantedFor)).Concat(ReasonErrors("detached_for", change.DetachedFor))
            .Concat(ReasonErrors("attaching_for", change.AttachingFor))
            .Concat(change.Gate is { } word ? GateErrors(word.Gate) : []);

    private static IEnumerable<InputError> ErrorsOf(MemberNote note)
    {
        var errors = NameErrors(note.Cloud, note.Instance)
            .Concat(note.Findings.SelectMany(finding => SourceErrors(finding.Source)))
            .Concat(ReasonErrors("unwanted_for", note.UnwantedFor)).Concat(ReasonErrors("detached_for", note.DetachedFor))
            .Concat(ReasonErrors("attaching_for", note.AttachingFor))
            .Concat(note.Gates.SelectMany(word => GateErrors(word.Gate)));
        foreach (var error in errors)
        {
            yield return error;
        }

        if (note.Findings.Length > MemberNotes.SourcesMax)
        {
            yield return new("findings", Text(note.Findings.Length), $"at most {MemberNotes.SourcesMax}");
        }

        foreach (var twice in note.Findings.CountBy(finding => finding.Source).Where(each => each.Value > 1))
        {
            yield return new("source", Shown(twice.Key), "each source once");
        }

        foreach (var twice in note.Gates.CountBy(word => word.Gate).Where(each => each.Value > 1))
        {
            yield return new("gate", Shown(twice.Key), "each gate once");
        }

        if (note.Gates.Length > MemberNotes.GatesMax)
        {
            yield return new("gates", Text(note.Gates.Length), $"at most {MemberNotes.GatesMax}");
        }

        foreach (var word in note.Gates.Where(word => word.Until.HasValue
            ? word.Answer is not GateAnswer.Extend && (word.Answer is not GateAnswer.Continue || word.Gate != Gates.Drain)
            : word.Answer is GateAnswer.Extend))
        {
            yield return new(
                "until", word.Until?.ToString("O", CultureInfo.InvariantCulture),
                "a moment for more time, perhaps one for a drain that is to go on, and none else");
        }

        foreach (var detail in note.Findings.Select(finding => finding.Detail).Where(detail => detail?.Length > Finding.DetailMax))
        {
            yield return new("detail", Text(detail!.Length), $"at most {Finding.DetailMax} characters");
        }

        foreach (var (field, reason) in new[]
        {
            ("unwanted_for", note.UnwantedFor), ("detached_for", note.DetachedFor), ("attaching_for", note.AttachingFor),
        })
        {
            if (reason?.Length > ReasonMax)
            {
                yield return new(field, Text(reason.Length), $"at most {ReasonMax} characters");
            }
        }
    }

    private static IEnumerable<InputError> NameErrors(string cloud, InstanceId instance)
    {
        if (!IsName(cloud))
        {
            yield return new("cloud", Shown(cloud), $"a cloud's name of 1 to {NameMax} characters");
        }

        if (!IsName(instance.Value))
        {
            yield return new("instance", Shown(instance.Value), $"an instance's id of 1 to {NameMax} characters");
        }
    }

    private static IEnumerable<InputError> SourceErrors(string source)
    {
        if (!KeptText.IsVisible(source, Finding.SourceMax))
        {
            yield return new("source", Shown(source), $"1 to {Finding.SourceMax} characters that can be seen");
        }
    }

    private static IEnumerable<InputError> GateErrors(string gate)
    {
        if (gate.Length > HookRules.NameMax || !EntityName.IsValid(gate))
        {
            yield return new("gate", Shown(gate), "the name of a hook, or drain");
        }
    }

    private static string? Reason(string? reason) => reason is null ? null : KeptText.Cut(reason, ReasonMax);

    private static IEnumerable<InputError> ReasonErrors(string field, string? reason)
    {
        if (reason is "")
        {
            yield return new(field, reason, "a reason in words");
        }
    }

    // What a cloud calls an instance is the cloud's to say, as long as every store can keep it.
    private static bool IsName(string? name) => name is { Length: > 0 and <= NameMax } && KeptText.Of(name) == name;

    private static string? Shown(string? text) => text is null ? null : KeptText.Cut(text, Finding.SourceMax);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
