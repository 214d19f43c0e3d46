using Muster.Core;
using Muster.Core.Checks;

namespace Muster.Records;

/// <summary>The form of a <see cref="CheckRun"/>: a row of <c>checks</c>.</summary>
public sealed record CheckRunForm(
    GroupId GroupId,
    Guid Id,
    string RanOn,
    string? Allocation,
    DateTimeOffset? DueAt,
    DateTimeOffset StartedAt,
    long DurationUs,
    CheckOutcome? Outcome,
    int? ExitCode,
    string Reason) : IForm<CheckRunForm, CheckRun>
{
    /// <inheritdoc/>
    public static CheckRunForm Of(CheckRun value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Group,
            value.Id,
            value.Where,
            value.Allocation,
            value.DueAt,
            value.StartedAt,
            Microseconds.From(value.Duration),
            value.Outcome,
            value.ExitCode,
            value.Reason);
    }

    /// <inheritdoc/>
    public CheckRun ToValue() => new()
    {
        Group = GroupId,
        Id = Id,
        Where = RanOn,
        Allocation = Allocation,
        DueAt = DueAt,
        StartedAt = StartedAt,
        Duration = Microseconds.ToSpan(DurationUs),
        Outcome = Outcome,
        ExitCode = ExitCode,
        Reason = Reason,
    };
}
