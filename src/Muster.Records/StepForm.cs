using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="PolicyRule.Step"/>.</summary>
public sealed record StepForm(
    string Metric, bool IsAbove, double Threshold, long ForUs, StepBoundForm[] Steps, long CooldownUs)
    : IForm<StepForm, PolicyRule.Step>
{
    /// <inheritdoc/>
    public static StepForm Of(PolicyRule.Step value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Metric,
            value.IsAbove,
            value.Threshold,
            Microseconds.From(value.For),
            [.. value.Steps.Select(step => new StepBoundForm(step.From, AdjustmentForm.Of(step.Adjustment), step.To))],
            Microseconds.From(value.Cooldown));
    }

    /// <inheritdoc/>
    public PolicyRule.Step ToValue() => new()
    {
        Metric = Metric,
        IsAbove = IsAbove,
        Threshold = Threshold,
        For = Microseconds.ToSpan(ForUs),
        Steps = [.. Forms.Each(Steps).Select(step => new PolicyStep(step.From, step.To, step.Adjustment.ToValue()))],
        Cooldown = Microseconds.ToSpan(CooldownUs),
    };
}

/// <summary>The form of a <see cref="PolicyStep"/>.</summary>
public sealed record StepBoundForm(
    double From, AdjustmentForm Adjustment, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? To = null);
