using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Members;

namespace Muster.Records;

/// <summary>The form of a <see cref="GateWord"/>. What a word does not say is left out.</summary>
public sealed record GateWordForm(
    string Gate,
    GateAnswer Answer,
    long AtUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UntilUs = null)
{
    /// <summary>The forms of these words; null of none.</summary>
    public static GateWordForm[]? Of(ImmutableArray<GateWord> words) => words.IsDefaultOrEmpty
        ? null
        : [.. words.Select(word => new GateWordForm(
            word.Gate, word.Answer, Microseconds.From(word.At), Microseconds.From(word.Until)))];

    /// <summary>The words of these forms, or of nothing.</summary>
    public static ImmutableArray<GateWord> ToValue(GateWordForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new GateWord(
            form.Gate, form.Answer, Microseconds.ToTime(form.AtUs), Microseconds.ToTime(form.UntilUs)))];
}
