using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Members;

namespace Muster.Records;

/// <summary>The form of a <see cref="MemberNote"/>. What nobody says is left out.</summary>
public sealed record MemberNoteForm(
    InstanceId Instance,
    string Cloud,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FindingForm[]? Findings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ServedAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsProtected = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsStandby = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UnwantedFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GateWordForm[]? Gates = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DetachedFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AttachingFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? KeptAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? SaidAtUs = null)
{
    /// <summary>The forms of these notes; null of none.</summary>
    public static MemberNoteForm[]? Of(ImmutableArray<MemberNote> notes) => notes.IsDefaultOrEmpty
        ? null
        : [.. notes.Select(note => new MemberNoteForm(
            note.Instance,
            note.Cloud,
            FindingForm.Of(note.Findings),
            Microseconds.From(note.ServedAt),
            note.IsProtected,
            note.IsStandby,
            note.UnwantedFor,
            GateWordForm.Of(note.Gates),
            note.DetachedFor,
            note.AttachingFor,
            Microseconds.From(note.KeptAt),
            Microseconds.From(note.SaidAt)))];

    /// <summary>The notes of these forms, or of nothing.</summary>
    public static ImmutableArray<MemberNote> ToValue(MemberNoteForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new MemberNote
        {
            Instance = form.Instance,
            Cloud = form.Cloud,
            Findings = FindingForm.ToValue(form.Findings),
            ServedAt = Microseconds.ToTime(form.ServedAtUs),
            IsProtected = form.IsProtected,
            IsStandby = form.IsStandby,
            UnwantedFor = form.UnwantedFor,
            Gates = GateWordForm.ToValue(form.Gates),
            DetachedFor = form.DetachedFor,
            AttachingFor = form.AttachingFor,
            KeptAt = Microseconds.ToTime(form.KeptAtUs),
            SaidAt = Microseconds.ToTime(form.SaidAtUs),
        })];
}
