using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="PolicyRule.Target"/>. What is not limited, and what is measured, is left out.</summary>
public sealed record TargetForm(
    string Metric,
    double Value,
    bool IsTotal,
    double Tolerance,
    long StabilizeUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? WarmupUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GrowMax = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ShrinkMax = null) : IForm<TargetForm, PolicyRule.Target>
{
    /// <inheritdoc/>
    public static TargetForm Of(PolicyRule.Target value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Metric,
            value.Value,
            value.IsTotal,
            value.Tolerance,
            Microseconds.From(value.Stabilize),
            Microseconds.From(value.Warmup),
            value.GrowMax?.ToString(),
            value.ShrinkMax?.ToString());
    }

    /// <inheritdoc/>
    public PolicyRule.Target ToValue() => new()
    {
        Metric = Metric,
        Value = Value,
        IsTotal = IsTotal,
        Tolerance = Tolerance,
        Stabilize = Microseconds.ToSpan(StabilizeUs),
        Warmup = Microseconds.ToSpan(WarmupUs),
        GrowMax = Portions.ToValue(GrowMax),
        ShrinkMax = Portions.ToValue(ShrinkMax),
    };
}
