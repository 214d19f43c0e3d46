using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="RecentTermination"/>. What the oldest rows
/// have comes first; the rest is left out where there is nothing to say.
/// </summary>
public sealed record TerminationForm(
    InstanceId Instance,
    long AtUs,
    string Reason,
    bool IsTold,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? FirstAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Failures = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? RetryAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cloud = null)
{
    /// <summary>The forms of these terminations; null of none.</summary>
    public static TerminationForm[]? Of(ImmutableArray<RecentTermination> terminations) => terminations.IsEmpty
        ? null
        : [.. terminations.Select(each => new TerminationForm(
            each.Instance,
            Microseconds.From(each.At),
            each.Reason,
            each.IsTold,
            Microseconds.From(each.FirstAt),
            each.Failures,
            each.Failure,
            Microseconds.From(each.RetryAt),
            each.Cloud))];

    /// <summary>The terminations of these forms, or of nothing.</summary>
    public static ImmutableArray<RecentTermination> ToValue(TerminationForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => form.ToTermination())];

    private RecentTermination ToTermination() => new(Instance, Microseconds.ToTime(AtUs), Reason, IsTold)
    {
        Cloud = Cloud,
        FirstAt = Microseconds.ToTime(FirstAtUs),
        Failures = Failures,
        Failure = Failure,
        RetryAt = Microseconds.ToTime(RetryAtUs),
    };
}
