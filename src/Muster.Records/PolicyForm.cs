using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>The form of a <see cref="Policy"/>: its kind as a word, and what it goes by under that word.</summary>
public sealed record PolicyForm(
    string Name,
    PolicyKind Kind,
    PolicyMode Mode,
    long Version,
    long CreatedUs,
    long UpdatedUs,
    long MaxAgeUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ScheduleForm? Schedule = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StepForm? Step = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TargetForm? Target = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BacklogForm? Backlog = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PredictiveForm? Predictive = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReceiverForm? Receiver = null) : IForm<PolicyForm, Policy>
{
    /// <inheritdoc/>
    public static PolicyForm Of(Policy value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Name,
            PolicyKinds.Of(value.Rule),
            value.Mode,
            value.Version,
            Microseconds.From(value.CreatedAt),
            Microseconds.From(value.UpdatedAt),
            Microseconds.From(value.Rule.MaxAge),
            value.Rule is PolicyRule.Calendar calendar ? ScheduleForm.Of(calendar.Schedule) : null,
            value.Rule is PolicyRule.Step step ? StepForm.Of(step) : null,
            value.Rule is PolicyRule.Target target ? TargetForm.Of(target) : null,
            value.Rule is PolicyRule.Backlog backlog ? BacklogForm.Of(backlog) : null,
            value.Rule is PolicyRule.Predictive predictive ? PredictiveForm.Of(predictive) : null,
            value.Rule is PolicyRule.Receiver receiver ? ReceiverForm.Of(receiver) : null);
    }

    /// <summary>The forms of these policies; null of none.</summary>
    public static PolicyForm[]? Of(ImmutableArray<Policy> policies) =>
        policies.IsDefaultOrEmpty ? null : Forms.Of<PolicyForm, Policy>(policies);

    /// <summary>The policies of these forms, or of nothing.</summary>
    /// <exception cref="JsonException">One of them is none.</exception>
    public static ImmutableArray<Policy> ToValue(PolicyForm[]? forms) => forms is null ? [] : Forms.ToValues<PolicyForm, Policy>(forms);

    /// <inheritdoc/>
    public Policy ToValue() => new()
    {
        Name = Name,
        Rule = Rule with { MaxAge = Microseconds.ToSpan(MaxAgeUs) },
        Mode = Mode,
        Version = Version,
        CreatedAt = Microseconds.ToTime(CreatedUs),
        UpdatedAt = Microseconds.ToTime(UpdatedUs),
    };

    private PolicyRule Rule => Kind switch
    {
        PolicyKind.Schedule => new PolicyRule.Calendar(Ruled(Schedule).ToValue()),
        PolicyKind.Step => Ruled(Step).ToValue(),
        PolicyKind.Target => Ruled(Target).ToValue(),
        PolicyKind.Backlog => Ruled(Backlog).ToValue(),
        PolicyKind.Predictive => Ruled(Predictive).ToValue(),
        PolicyKind.Receiver => Ruled(Receiver).ToValue(),
        _ => throw new UnreachableException($"a policy of kind {Kind}"),
    };

    private TForm Ruled<TForm>(TForm? form)
        where TForm : class =>
        form ?? throw new JsonException($"policy '{Name}' is of kind {Words<PolicyKind>.Of(Kind)} and says nothing of it");
}
