using System.Text.Json;

using Muster.Storage.Rows;

namespace Muster.Storage.Transfer;

/// <summary>A store as tables and rows, for moving it whole. What a dialect adds to be exported and imported.</summary>
internal interface IStoreContents
{
    /// <summary>
    /// Reads every row of every table of <see cref="StoreTable.All"/>, in its order, from one snapshot. The row stands at the table's
    /// first column, and is the callback's for as long as it runs.
    /// </summary>
    Task ReadContentsAsync(Action<StoreTable, Row> each, CancellationToken cancellationToken);

    /// <summary>Whether anything was ever kept in it.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes in everything under the identity of <paramref name="installation"/>, and derives what is not moved. Either all of it is kept
    /// or nothing, or the same call made again goes on with it; then nobody else may open the store before
    /// <see cref="FinishContentsAsync"/>.
    /// </summary>
    /// <param name="installation">The imported store's id.</param>
    /// <param name="mark">Tells one import from another: the checksum of what is imported.</param>
    /// <param name="rows">In the order of <see cref="StoreTable.All"/>, each with all the columns of its table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteContentsAsync(
        Muster.Core.InstallationId installation, string mark, IEnumerable<StoreRow> rows, CancellationToken cancellationToken);

    /// <summary>Lets the store be used: what it took in was read again and is what it should be.</summary>
    /// <param name="mark">As it was written under.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task FinishContentsAsync(string mark, CancellationToken cancellationToken);
}

/// <summary>One row on its way into a store.</summary>
/// <param name="Table">Of which table.</param>
/// <param name="Values">An object with a member for each column.</param>
internal sealed record StoreRow(StoreTable Table, JsonElement Values);
