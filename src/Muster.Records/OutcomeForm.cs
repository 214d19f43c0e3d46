using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="PolicyOutcome"/>: what the policy said and what is remembered of it. What there is nothing of is left out.
/// </summary>
public sealed record OutcomeForm(
    string Policy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RecommendationForm? Recommendation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MovedAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MovedTo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReceivedWordForm? Word = null)
    : IForm<OutcomeForm, PolicyOutcome>
{
    /// <inheritdoc/>
    public static OutcomeForm Of(PolicyOutcome value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Policy,
            RecommendationForm.Of(value.Recommendation),
            Microseconds.From(value.Memory.MovedAt),
            value.Memory.MovedTo,
            ReceivedWordForm.Of(value.Memory.Word));
    }

    /// <summary>The forms of these outcomes; null of none.</summary>
    public static OutcomeForm[]? Of(ImmutableArray<PolicyOutcome> outcomes) =>
        outcomes.IsDefaultOrEmpty ? null : Forms.Of<OutcomeForm, PolicyOutcome>(outcomes);

    /// <summary>The outcomes of these forms, or of nothing.</summary>
    /// <exception cref="JsonException">One of them is none.</exception>
    public static ImmutableArray<PolicyOutcome> ToValue(OutcomeForm[]? forms) =>
        forms is null ? [] : Forms.ToValues<OutcomeForm, PolicyOutcome>(forms);

    /// <inheritdoc/>
    public PolicyOutcome ToValue() => new(
        Policy,
        RecommendationForm.ToValue(Recommendation),
        this is { MovedAtUs: null, MovedTo: null, Word: null }
            ? PolicyMemory.None
            : new()
            {
                MovedAt = Microseconds.ToTime(MovedAtUs),
                MovedTo = MovedTo,
                Word = ReceivedWordForm.ToValue(Word),
            });
}

/// <summary>The form of a <see cref="Recommendation"/>: its kind as a word, how many it wants, why and on which reading.</summary>
public sealed record RecommendationForm(
    RecommendationKind Kind,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Count = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReadingForm? Reading = null)
{
    /// <summary>The form; null of none.</summary>
    public static RecommendationForm? Of(Recommendation? recommendation) => recommendation switch
    {
        null => null,
        Recommendation.Wants wants => Of(RecommendationKind.Wants, wants, wants.Count),
        Recommendation.Content content => Of(RecommendationKind.Content, content),
        Recommendation.Blind blind => Of(RecommendationKind.Blind, blind),
        _ => throw new UnreachableException($"a recommendation of kind {recommendation.GetType().Name}"),
    };

    /// <summary>The recommendation of a form, or of nothing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Recommendation? ToValue(RecommendationForm? form) => form?.Kind switch
    {
        null => null,
        RecommendationKind.Wants => new Recommendation.Wants(form.Count ?? throw new JsonException("it wants, and does not say how many"))
        {
            Reason = form.Reason,
            Reading = ReadingForm.ToValue(form.Reading),
        },
        RecommendationKind.Content => new Recommendation.Content { Reason = form.Reason, Reading = ReadingForm.ToValue(form.Reading) },
        RecommendationKind.Blind => new Recommendation.Blind { Reason = form.Reason, Reading = ReadingForm.ToValue(form.Reading) },
        _ => throw new UnreachableException($"a recommendation of kind {form.Kind}"),
    };

    private static RecommendationForm Of(RecommendationKind kind, Recommendation recommendation, int? count = null) =>
        new(kind, recommendation.Reason, count, ReadingForm.Of(recommendation.Reading));
}

/// <summary>The form of a <see cref="ReceivedWord"/>.</summary>
public sealed record ReceivedWordForm(
    long AtUs,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Desired = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MovedAtUs = null)
{
    /// <summary>The form; null of none.</summary>
    public static ReceivedWordForm? Of(ReceivedWord? word) =>
        word is null ? null : new(Microseconds.From(word.At), word.Reason, word.Desired, Microseconds.From(word.MovedAt));

    /// <summary>The word of a form, or of nothing.</summary>
    public static ReceivedWord? ToValue(ReceivedWordForm? form) =>
        form is null ? null : new(form.Desired, Microseconds.ToTime(form.AtUs), form.Reason, Microseconds.ToTime(form.MovedAtUs));
}
