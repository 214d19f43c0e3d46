using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Storage.Transfer;

/// <summary>Moves everything that a store holds into another one, of whatever kind, and looks whether all is well with it.</summary>
/// <remarks>
/// The same contents give the same lines from every store. So an import is proven by exporting it again: counts and checksum must be
/// those of the file.
/// </remarks>
public static class StoreTransfer
{
    /// <summary>Writes everything as JSON lines, from one snapshot.</summary>
    /// <exception cref="StoreException">
    /// The store failed, or holds what cannot be read; what was written is not whole and says so by having no end.
    /// </exception>
    public static async Task<TransferSummary> ExportAsync(
        IStore store, Stream output, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var tally = new RowTally();
        // Not disposed of, since that would close the caller's stream.
        var buffered = new BufferedStream(output, 1024 * 1024);
        ExportFile.WriteHead(buffered, store.Installation, store.Facts.Kind, store.Facts.Schema, timeProvider.GetUtcNow());
        await ContentsOf(store).ReadContentsAsync((table, row) => buffered.Write(tally.Add(table, row)), cancellationToken);
        var summary = tally.Sum(store.Installation);
        if (tally.HasUnreadable)
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"the store holds what cannot be read, and an export would leave it out: {string.Join("; ", summary.Findings)}. Mend or "
                + "restore it; 'muster store check' says whether that is done");
        }

        ExportFile.WriteEnd(buffered, summary);
        await buffered.FlushAsync(cancellationToken);
        return summary;
    }

    /// <summary>Takes an export into a new store. The file is looked through before anything is written, and the store after it.</summary>
    /// <param name="store">Where nothing was ever kept, but for an import of the same file that was broken off.</param>
    /// <param name="export">A whole export; must be seekable, since it is read twice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The file is not whole or not good, or the store is not new; nothing was written.</exception>
    /// <exception cref="StoreException">The store failed; what to do is in the message.</exception>
    public static async Task<TransferSummary> ImportAsync(IStore store, Stream export, CancellationToken cancellationToken)
    {
        var contents = ContentsOf(store);
        var file = new ExportFile(export);
        var expected = file.Verify(cancellationToken);
        if (!expected.Findings.IsEmpty)
        {
            throw new InputException(
                [.. expected.Findings.Select(
                    finding => new InputError("export", finding, "contents that are sound: see 'muster store check'"))]);
        }

        if (!await contents.IsEmptyAsync(cancellationToken))
        {
            throw new InputException(
                "store",
                store.Facts.Kind,
                "a store that holds nothing yet: this one holds accounts already, and an import mixes with nothing");
        }

        await contents.WriteContentsAsync(expected.Installation, expected.Sha256, file.Rows(cancellationToken), cancellationToken);
        var kept = await CheckAsync(store, cancellationToken);
        if (kept.Sha256 != expected.Sha256 || !kept.Tables.SequenceEqual(expected.Tables))
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"the store holds something else than the file after the import ({kept.Rows} rows, {kept.Sha256}, "
                + $"not {expected.Rows} rows, {expected.Sha256}): do not use it");
        }

        await contents.FinishContentsAsync(expected.Sha256, cancellationToken);
        return kept with { Installation = expected.Installation };
    }

    /// <summary>Reads everything and says what is wrong with it.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public static async Task<TransferSummary> CheckAsync(IStore store, CancellationToken cancellationToken)
    {
        using var tally = new RowTally();
        await ContentsOf(store).ReadContentsAsync((table, row) => tally.Add(table, row), cancellationToken);
        return tally.Sum(store.Installation);
    }

    /// <summary>Reads a whole export and says what is wrong with its contents.</summary>
    /// <exception cref="InputException">It is not whole, or was changed.</exception>
    public static TransferSummary Check(Stream export, CancellationToken cancellationToken) =>
        new ExportFile(export).Verify(cancellationToken);

    private static IStoreContents ContentsOf(IStore store) =>
        store as IStoreContents ?? throw new ArgumentException($"a {store.Facts.Kind} store cannot be moved", nameof(store));
}
