using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Health;

namespace Muster.Records;

/// <summary>The form of a <see cref="Finding"/>. What only findings that run out have is left out of others.</summary>
public sealed record FindingForm(
    string Source,
    Verdict Verdict,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ExpiresAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? TtlUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Load = null)
{
    /// <summary>The forms of these findings; null of none.</summary>
    public static FindingForm[]? Of(ImmutableArray<Finding> findings) => findings.IsDefaultOrEmpty
        ? null
        : [.. findings.Select(finding => new FindingForm(
            finding.Source,
            finding.Verdict,
            Microseconds.From(finding.Since),
            finding.Detail,
            Microseconds.From(finding.ExpiresAt),
            Microseconds.From(finding.Ttl),
            finding.Load))];

    /// <summary>The findings of these forms, or of nothing.</summary>
    public static ImmutableArray<Finding> ToValue(FindingForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new Finding(
            form.Source,
            form.Verdict,
            Microseconds.ToTime(form.SinceUs),
            form.Detail,
            Microseconds.ToTime(form.ExpiresAtUs),
            Microseconds.ToSpan(form.TtlUs),
            form.Load))];
}
