using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Storage.Rows;

/// <summary>Readings that wait for a round.</summary>
internal static class PushedRow
{
    /// <summary>Of a pushed_readings table called <c>p</c>, which may have no row.</summary>
    public const string Columns = "p.pushed";

    public static ImmutableArray<PushedReading> Read(Row row) => StoreJson.ReadPushed(row.TextOrNull());
}
