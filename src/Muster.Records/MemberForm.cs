using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="Member"/>. The oldest rows have an instance on its way up and since when; the rest is left out where
/// there is nothing to say.
/// </summary>
public sealed record MemberForm(
    InstanceId Instance,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MemberPhase? Phase = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FindingForm[]? Findings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsProtected = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WaitsFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cloud = null)
{
    /// <summary>The forms of these members; null of none.</summary>
    public static MemberForm[]? Of(ImmutableArray<Member> members) => members.IsDefaultOrEmpty
        ? null
        : [.. members.Select(member => new MemberForm(
            member.Instance,
            Microseconds.From(member.Since),
            member.Phase is MemberPhase.Booting ? null : member.Phase,
            FindingForm.Of(member.Findings),
            member.IsProtected,
            member.WaitsFor,
            member.Cloud))];

    /// <summary>The members of these forms, or of nothing.</summary>
    public static ImmutableArray<Member> ToValue(MemberForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new Member
        {
            Instance = form.Instance,
            Phase = form.Phase ?? MemberPhase.Booting,
            Since = Microseconds.ToTime(form.SinceUs),
            Findings = FindingForm.ToValue(form.Findings),
            IsProtected = form.IsProtected,
            WaitsFor = form.WaitsFor,
            Cloud = form.Cloud,
        })];
}

/// <summary>The form of a <see cref="Finding"/>.</summary>
public sealed record FindingForm(
    string Source,
    Verdict Verdict,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null)
{
    /// <summary>The forms of these findings; null of none.</summary>
    public static FindingForm[]? Of(ImmutableArray<Finding> findings) => findings.IsEmpty
        ? null
        : [.. findings.Select(
            finding => new FindingForm(finding.Source, finding.Verdict, Microseconds.From(finding.Since), finding.Detail))];

    /// <summary>The findings of these forms, or of nothing.</summary>
    public static ImmutableArray<Finding> ToValue(FindingForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new Finding(form.Source, form.Verdict, Microseconds.ToTime(form.SinceUs), form.Detail))];
}
