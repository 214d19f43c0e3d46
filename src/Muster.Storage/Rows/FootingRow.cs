using Muster.Core.Groups;
using Muster.Storage.Rules;

namespace Muster.Storage.Rows;

internal static class FootingRow
{
    /// <summary>Of group_states <c>s</c>, groups <c>g</c> and activities <c>a</c>, which may have none.</summary>
    public const string Columns =
        $"s.fence, s.lease_holder, s.lease_ends_at, g.phase, g.archived_at IS NULL AS is_living, a.entry, {ActivityRow.Columns}";

    public static Footing Read(Row row) => new(
        new LeaseStanding(row.Long(), row.TextOrNull(), row.TimeOrNull()),
        row.Word<GroupPhase>(),
        row.Flag(),
        row.LongOrNull() is { } entry ? new Entry(entry, ActivityRow.Read(row)) : null);
}
