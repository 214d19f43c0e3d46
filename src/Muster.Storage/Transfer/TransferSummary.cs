using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Storage.Transfer;

/// <summary>What was moved or looked through.</summary>
/// <param name="Installation">Whose it is.</param>
/// <param name="Tables">
/// Rows of each table, in the order of the export; empty tables too, but for those that came after the first exports.
/// </param>
/// <param name="Sha256">Of all rows' lines, in lower-case hexadecimal: equal for equal contents, whatever store they came from.</param>
/// <param name="Findings">What is wrong with them, in words; empty when all is well.</param>
public sealed record TransferSummary(
    InstallationId Installation, ImmutableArray<TableCount> Tables, string Sha256, ImmutableArray<string> Findings)
{
    /// <summary>Rows in all.</summary>
    public long Rows => Tables.Sum(table => table.Rows);
}

/// <summary>How many rows a table has.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many.</param>
public sealed record TableCount(string Table, long Rows);
