using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

using Muster.Core;
using Muster.Storage.Rows;

namespace Muster.Storage.Transfer;

/// <summary>Goes along with the rows of a store: makes their lines, counts them, adds up their checksum, and has each looked at.</summary>
internal sealed class RowTally : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Dictionary<string, long> _counts = StoreTable.All.ToDictionary(table => table.Name, _ => 0L);
    private readonly ContentsAudit _audit = new();
    private readonly List<(Column Column, Exception Error)> _unreadable = [];

    /// <summary>
    /// Whether a row of a store had a value that cannot be read: its line, and all that follows from it, leaves that out.
    /// </summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>Adds a row of a store.</summary>
    /// <returns>Its line, good until the next one.</returns>
    public ReadOnlySpan<byte> Add(StoreTable table, Row row)
    {
        _line.ResetWrittenCount();
        _unreadable.Clear();
        StoreLine.Write(_line, table, row, (column, error) => _unreadable.Add((column, error)));
        HasUnreadable |= _unreadable.Count > 0;
        Add(table, _line.WrittenSpan);
        using var values = JsonDocument.Parse(_line.WrittenMemory);
        _audit.Add(table, values.RootElement.GetProperty("row"), _unreadable);
        return _line.WrittenSpan;
    }

    /// <summary>Adds a row of a file.</summary>
    /// <param name="table">Of which table.</param>
    /// <param name="bytes">Its line, with the line break.</param>
    /// <param name="values">Its members.</param>
    public void Add(StoreTable table, ReadOnlySpan<byte> bytes, JsonElement values)
    {
        Add(table, bytes);
        _audit.Add(table, values, []);
    }

    /// <summary>What it comes to; call it once, at the end.</summary>
    public TransferSummary Sum(InstallationId installation) => new(
        installation,
        [.. StoreTable.All.Where(table => !table.IsLeftOut || _counts[table.Name] > 0)
            .Select(table => new TableCount(table.Name, _counts[table.Name]))],
        Convert.ToHexStringLower(_hash.GetHashAndReset()),
        _audit.Finish());

    public void Dispose() => _hash.Dispose();

    private void Add(StoreTable table, ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _counts[table.Name]++;
    }
}
