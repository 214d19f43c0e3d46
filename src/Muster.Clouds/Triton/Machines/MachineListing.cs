using System.Runtime.CompilerServices;

using Muster.Clouds.Triton.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Lists machines over a window that moves: CloudAPI counts pages by offset, and machines come and go between two of them.</summary>
/// <remarks>
/// Each page begins some rows before the end of what is known. A row known from before proves that nothing between was missed,
/// since the order of what stays is stable; where none is known, as many rows before it have gone, and it is read again from further
/// up. What is seen twice is told once.
/// </remarks>
/// <param name="api">CloudAPI.</param>
/// <param name="pageSize">Rows a page.</param>
/// <param name="time">The clock that bounds a listing.</param>
internal sealed class MachineListing(CloudApi api, int pageSize, TimeProvider time)
{
    /// <summary>One row in fifty is read twice: so many machines may go between two pages without a step back.</summary>
    private readonly int _overlap = Math.Max(1, pageSize / 50);

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (rows, isLast) in ReadAllAsync(Query(filter), cancellationToken))
        {
            yield return new(
                [.. rows.Where(row => MachineReader.Carries(row, filter) && !MachineReader.IsGone(row))
                    .Select(row => filter.Details ? MachineReader.ReadDetails(row) : MachineReader.Read(row))],
                isLast);
        }
    }

    /// <summary>Every machine with exactly this tag, whoever's, but for those gone.</summary>
    public async Task<Machine[]> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken)
    {
        var found = new List<Machine>();
        var query = $"tag.{Uri.EscapeDataString(tag)}={Uri.EscapeDataString(value)}";
        await foreach (var (rows, _) in ReadAllAsync(query, cancellationToken))
        {
            found.AddRange(rows.Where(row => row.Tag(tag) == value && !MachineReader.IsGone(row)));
        }
        return [.. found];
    }

    /// <summary>All rows, each once; a call for every move.</summary>
    private async IAsyncEnumerable<(Machine[] Rows, bool IsLast)> ReadAllAsync(
        string query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bounds = new ListingBounds(time);
        var (offset, step) = (0, _overlap);
        while (true)
        {
            var rows = await ReadAsync($"{query}&limit={pageSize}&offset={offset}", cancellationToken);
            if (offset > 0 && !rows.Any(row => seen.Contains(row.Id)))
            {
                bounds.OnPage(isNew: true);
                step *= 2;
                offset = Math.Max(0, offset - step);
                yield return ([], false);
                continue;
            }
            var isLast = rows.Length < pageSize;
            Machine[] news = [.. rows.Where(row => seen.Add(row.Id))];
            yield return (news, isLast);
            if (isLast)
            {
                yield break;
            }
            bounds.OnPage(isNew: news.Length > 0);
            step = _overlap;
            offset = offset + rows.Length - _overlap;
        }
    }

    /// <summary>Every machine of that name, also those gone, as long as CloudAPI remembers them.</summary>
    public async Task<Machine[]> FindAsync(string name, CancellationToken cancellationToken)
    {
        // The server takes the name for a prefix.
        var rows = await ReadAsync($"name={Uri.EscapeDataString(name)}&tombstone=true&limit={pageSize}", cancellationToken);
        return [.. rows.Where(row => row.Name == name)];
    }

    private async Task<Machine[]> ReadAsync(string query, CancellationToken cancellationToken) =>
        (await api.GetAsync("list machines", $"/machines?{query}", cancellationToken)).Read(TritonJson.Default.MachineArray);

    private static string Query(InstanceFilter filter)
    {
        var query = $"tag.{MusterTags.Installation}={filter.Installation}";
        query = filter.Account is { } account ? $"{query}&tag.{MusterTags.Account}={account}" : query;
        return filter.Group is { } group ? $"{query}&tag.{MusterTags.Group}={group}" : query;
    }
}
