using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Metrics;

namespace Muster.Records;

/// <summary>The form of a <see cref="PushedReading"/>.</summary>
public sealed record PushedReadingForm(
    string Metric,
    double Value,
    long AtUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instance = null)
    : IForm<PushedReadingForm, PushedReading>
{
    /// <inheritdoc/>
    public static PushedReadingForm Of(PushedReading value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.Metric, value.Value, Microseconds.From(value.At), value.Instance);
    }

    /// <summary>The forms of these readings; null of none.</summary>
    public static PushedReadingForm[]? OfAll(ImmutableArray<PushedReading> pushed) =>
        pushed.IsDefaultOrEmpty ? null : Forms.Of<PushedReadingForm, PushedReading>(pushed);

    /// <summary>The readings of these forms, or of nothing.</summary>
    public static ImmutableArray<PushedReading> ToValues(PushedReadingForm[]? forms) =>
        forms is null ? [] : Forms.ToValues<PushedReadingForm, PushedReading>(forms);

    /// <inheritdoc/>
    public PushedReading ToValue() => new(Metric, Instance, Value, Microseconds.ToTime(AtUs));
}
