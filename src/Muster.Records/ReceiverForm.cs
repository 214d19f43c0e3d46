using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="PolicyRule.Receiver"/>.</summary>
public sealed record ReceiverForm(
    string SecretHash,
    AdjustmentForm OnAlarm,
    long CooldownUs,
    long StandsForUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Metric = null)
    : IForm<ReceiverForm, PolicyRule.Receiver>
{
    /// <inheritdoc/>
    public static ReceiverForm Of(PolicyRule.Receiver value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.SecretHash,
            AdjustmentForm.Of(value.OnAlarm),
            Microseconds.From(value.Cooldown),
            Microseconds.From(value.StandsFor),
            value.Metric);
    }

    /// <inheritdoc/>
    public PolicyRule.Receiver ToValue() => new()
    {
        SecretHash = SecretHash,
        OnAlarm = OnAlarm.ToValue(),
        Cooldown = Microseconds.ToSpan(CooldownUs),
        StandsFor = Microseconds.ToSpan(StandsForUs),
        Metric = Metric,
    };
}
