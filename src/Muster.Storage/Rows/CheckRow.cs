using Muster.Core;
using Muster.Core.Checks;
using Muster.Records;

namespace Muster.Storage.Rows;

internal static class CheckRow
{
    public const string Columns = "group_id, id, ran_on, allocation, due_at, started_at, duration_us, outcome, exit_code, reason";

    public static CheckRun Read(Row row) => new()
    {
        Group = row.Id<GroupId>(),
        Id = row.Guid(),
        Where = row.Text(),
        Allocation = row.TextOrNull(),
        DueAt = row.TimeOrNull(),
        StartedAt = row.Time(),
        Duration = row.Span(),
        Outcome = row.TextOrNull() is { } outcome ? Words<CheckOutcome>.Parse(outcome) : null,
        ExitCode = row.LongOrNull() is { } code ? checked((int)code) : null,
        Reason = row.Text(),
    };

    public static string? WordOf(CheckOutcome? outcome) => outcome is { } reached ? Words<CheckOutcome>.Of(reached) : null;
}
