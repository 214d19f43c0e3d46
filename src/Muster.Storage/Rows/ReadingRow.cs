using Muster.Core;
using Muster.Core.Metrics;
using Muster.Records;

namespace Muster.Storage.Rows;

internal static class ReadingRow
{
    /// <summary>Of a readings table called <c>r</c>, of rows that hold some.</summary>
    public const string Columns = "r.group_id, r.metric, r.resolution, r.starts_at, r.readings";

    public static ReadingChunk Read(Row row)
    {
        var (group, metric, resolution, startsAt) = (row.Id<GroupId>(), row.Text(), row.Word<Resolution>(), row.Time());
        return new(group, metric, resolution, startsAt, PackedReadings.ToValue(startsAt, row.Bytes()));
    }
}
