using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="PolicyRule.Backlog"/>. What nobody looks at, and what is not limited, is left out.</summary>
public sealed record BacklogForm(
    string Metric,
    double PerInstance,
    long EmptyForUs,
    long StabilizeUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AgeMetric = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AgeMaxUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GrowMax = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ShrinkMax = null)
    : IForm<BacklogForm, PolicyRule.Backlog>
{
    /// <inheritdoc/>
    public static BacklogForm Of(PolicyRule.Backlog value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Metric,
            value.PerInstance,
            Microseconds.From(value.EmptyFor),
            Microseconds.From(value.Stabilize),
            value.AgeMetric,
            Microseconds.From(value.AgeMax),
            value.GrowMax?.ToString(),
            value.ShrinkMax?.ToString());
    }

    /// <inheritdoc/>
    public PolicyRule.Backlog ToValue() => new()
    {
        Metric = Metric,
        PerInstance = PerInstance,
        AgeMetric = AgeMetric,
        AgeMax = Microseconds.ToSpan(AgeMaxUs),
        EmptyFor = Microseconds.ToSpan(EmptyForUs),
        Stabilize = Microseconds.ToSpan(StabilizeUs),
        GrowMax = Portions.ToValue(GrowMax),
        ShrinkMax = Portions.ToValue(ShrinkMax),
    };
}
