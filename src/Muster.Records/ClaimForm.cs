using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Claims;

namespace Muster.Records;

/// <summary>The form of a <see cref="Claim"/>.</summary>
public sealed record ClaimForm(
    string Source,
    string Reason,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Desired = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Min = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Max = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UntilUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author = null)
{
    /// <summary>The forms of these claims; null of none.</summary>
    public static ClaimForm[]? Of(ImmutableArray<Claim> claims) => claims.IsDefaultOrEmpty
        ? null
        : [.. claims.Select(claim => new ClaimForm(
            claim.Source,
            claim.Reason,
            Microseconds.From(claim.Since),
            claim.Desired,
            claim.Min,
            claim.Max,
            Microseconds.From(claim.Until),
            claim.Author))];

    /// <summary>The claims of these forms, or of nothing.</summary>
    public static ImmutableArray<Claim> ToValue(ClaimForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new Claim
        {
            Source = form.Source,
            Reason = form.Reason,
            Since = Microseconds.ToTime(form.SinceUs),
            Desired = form.Desired,
            Min = form.Min,
            Max = form.Max,
            Until = Microseconds.ToTime(form.UntilUs),
            Author = form.Author,
        })];
}
