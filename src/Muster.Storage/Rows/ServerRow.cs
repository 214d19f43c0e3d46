using Muster.Core.Storage;

namespace Muster.Storage.Rows;

internal static class ServerRow
{
    public const string Columns = "holder, address, version, started_at, seen_at, ends_at";

    public static ServerRecord Read(Row row) => new()
    {
        Holder = row.Text(),
        Address = row.Text(),
        Version = row.Text(),
        StartedAt = row.Time(),
        SeenAt = row.Time(),
        EndsAt = row.Time(),
    };
}
