using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="PolicyRule.Predictive"/>.</summary>
public sealed record PredictiveForm(
    string Metric,
    double Value,
    bool IsTotal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AheadUs = null)
    : IForm<PredictiveForm, PolicyRule.Predictive>
{
    /// <inheritdoc/>
    public static PredictiveForm Of(PolicyRule.Predictive value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.Metric, value.Value, value.IsTotal, Microseconds.From(value.Ahead));
    }

    /// <inheritdoc/>
    public PolicyRule.Predictive ToValue() => new()
    {
        Metric = Metric,
        Value = Value,
        IsTotal = IsTotal,
        Ahead = Microseconds.ToSpan(AheadUs),
    };
}
