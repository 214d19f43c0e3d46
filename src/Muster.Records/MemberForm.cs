using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Members;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="Member"/>. The oldest rows have an instance on its way up and since when; the rest is left out where
/// there is nothing to say. What people and sources of health say stood here once, and nobody ever said anything: it is passed over.
/// </summary>
public sealed record MemberForm(
    InstanceId Instance,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MemberPhase? Phase = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cloud = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Failures = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RetryAtUs = null)
{
    /// <summary>The forms of these members; null of none.</summary>
    public static MemberForm[]? Of(ImmutableArray<Member> members) => members.IsDefaultOrEmpty
        ? null
        : [.. members.Select(member => new MemberForm(
            member.Instance,
            Microseconds.From(member.Since),
            member.Phase is MemberPhase.Booting ? null : member.Phase,
            member.Cloud,
            member.Failures,
            Microseconds.From(member.RetryAt)))];

    /// <summary>The members of these forms, or of nothing.</summary>
    public static ImmutableArray<Member> ToValue(MemberForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new Member
        {
            Instance = form.Instance,
            Phase = form.Phase ?? MemberPhase.Booting,
            Since = Microseconds.ToTime(form.SinceUs),
            Cloud = form.Cloud,
            Failures = form.Failures,
            RetryAt = Microseconds.ToTime(form.RetryAtUs),
        })];
}
