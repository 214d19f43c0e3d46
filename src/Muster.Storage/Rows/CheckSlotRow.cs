using Muster.Storage.Rules;

namespace Muster.Storage.Rows;

internal static class CheckSlotRow
{
    public const string Columns = "slot, id, started_at";

    public static CheckSlot Read(Row row) => new(row.Long(), row.Guid(), row.Time());
}
