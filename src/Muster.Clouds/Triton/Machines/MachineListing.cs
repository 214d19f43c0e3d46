using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>
/// Lists machines over a window that moves: CloudAPI counts pages by offset, and machines come and go between two of them.
/// </summary>
/// <remarks>
/// Each page begins some rows before the end of what is known. A row known from before proves that nothing between was missed,
/// since the order of what stays is stable; where none is known, as many rows before it have gone, and it is read again from further
/// up. What is seen twice is told once.
/// </remarks>
/// <param name="api">CloudAPI.</param>
/// <param name="pageSize">Rows a page.</param>
/// <param name="timeProvider">The clock that bounds a listing.</param>
/// <param name="warnings">Gets what is odd about a listing.</param>
internal sealed class MachineListing(CloudApi api, int pageSize, TimeProvider timeProvider, BoundedWarnings warnings)
{
    private readonly ListingReader _reader = new("triton: list machines", MachineReader.OddFields, warnings);

    /// <summary>One row in fifty is read twice: so many machines may go between two pages without a step back.</summary>
    private readonly int _overlap = Math.Max(1, pageSize / 50);

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (rows, isLast) in ReadAllAsync(Query(filter), cancellationToken))
        {
            yield return new(
                [.. rows.Select(row => Read(row, filter)).OfType<Instance>()],
                isLast);
        }
    }

    /// <summary>
    /// Every machine with exactly this tag, whoever's, but for those gone. One that cannot be read is unknown, as in every listing.
    /// </summary>
    public async Task<ImmutableArray<Instance>> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<Instance>();
        var query = $"tag.{Uri.EscapeDataString(tag)}={Uri.EscapeDataString(value)}";
        await foreach (var (rows, _) in ReadAllAsync(query, cancellationToken))
        {
            // One that CloudAPI lists for the tag, and whose tags cannot be read, may be anybody's.
            ThrowIfUnclear(rows, odd => !MachineReader.OddFields.TagsOf(odd).ContainsKey(tag));
            found.AddRange(rows.Select(row => Tagged(row, tag, value)).OfType<Instance>());
        }

        return found.ToImmutable();
    }

    /// <summary>All rows, each once; a call for every move.</summary>
    private async IAsyncEnumerable<(Row[] Rows, bool IsLast)> ReadAllAsync(
        string query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bounds = new ListingBounds(timeProvider);
        var (offset, step) = (0, _overlap);
        while (true)
        {
            var rows = await ReadAsync($"{query}&limit={pageSize}&offset={offset}", cancellationToken);
            if (offset > 0 && !rows.Any(row => row.IsNamed && seen.Contains(row.Key)))
            {
                bounds.OnPage(isNew: true);
                step *= 2;
                offset = Math.Max(0, offset - step);
                yield return ([], false);
                continue;
            }

            var isLast = rows.Length < pageSize;
            Row[] news = [.. rows.Where(row => seen.Add(row.Key))];
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
        ThrowIfUnclear(rows, odd => (JsonTexts.Text(odd, MachineReader.OddFields.Name) ?? name) == name);
        return [.. rows.Select(row => row.Good).OfType<Machine>().Where(row => row.Name == name)];
    }

    private static Instance? Tagged(Row row, string tag, string value) =>
        row.Good is not { } machine ? row.Odd!.AsTagged(MachineReader.OddFields, tag, value)
        : machine.Tag(tag) != value || MachineReader.IsGone(machine) ? null
        : MachineReader.Read(machine);

    /// <summary>A look for one machine finds it, or that it is not there; one that is and cannot be read is neither.</summary>
    /// <exception cref="CloudException">There is such a one.</exception>
    private static void ThrowIfUnclear(IEnumerable<Row> rows, Predicate<JsonElement> mayBeIt)
    {
        // Without an id it is no machine that could be meant.
        if (rows.FirstOrDefault(row => row is { Odd: not null, IsNamed: true } && mayBeIt(row.Odd.Element)) is { Odd: { } odd } unclear)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"list machines: machine {unclear.Key} may be the one that is looked for, and is not understood: {odd.Why}");
        }
    }

    private Instance? Read(Row row, InstanceFilter filter) =>
        row.Good is not { } machine ? _reader.Take(row.Odd!, filter)
        : !MachineReader.Carries(machine, filter) || MachineReader.IsGone(machine) ? null
        : filter.Details ? MachineReader.ReadDetails(machine) : MachineReader.Read(machine);

    private async Task<Row[]> ReadAsync(string query, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("list machines", $"/machines?{query}", cancellationToken);
        return
        [
            .. Machines(answer)
                .Select(one => (one.Good, one.Odd, Id: one.Good?.Id ?? JsonTexts.Text(one.Odd!.Element, MachineReader.OddFields.Id)))
                .Select(one => new Row(one.Id ?? JsonTexts.Raw(one.Odd!.Element), IsNamed: one.Id is not null, one.Good, one.Odd)),
        ];
    }

    /// <summary>The machines of a listing, each by itself.</summary>
    /// <exception cref="CloudException">It is none: something else than CloudAPI answered.</exception>
    private static IEnumerable<(Machine? Good, OddElement? Odd)> Machines(HttpAnswer answer)
    {
        if (MachineArray.TryRead(answer.Body) is { } machines && machines.All(machine => MachineReader.Flaw(machine) is null))
        {
            return machines.Select(machine => ((Machine?)machine, (OddElement?)null));
        }

        return answer.ReadElements(
            TritonJson.Default.MachineArray, whole => whole, path: null, TritonJson.Default.Machine, MachineReader.Flaw);
    }

    private static string Query(InstanceFilter filter)
    {
        var query = $"tag.{MusterTags.Installation}={filter.Installation}";
        query = filter.Account is { } account ? $"{query}&tag.{MusterTags.Account}={account}" : query;
        return filter.Group is { } group ? $"{query}&tag.{MusterTags.Group}={group}" : query;
    }

    /// <param name="Key">What tells it from other rows.</param>
    /// <param name="IsNamed">Whether that is an id: two that have none may look the same, and prove nothing of what lies between.</param>
    /// <param name="Good">The machine.</param>
    /// <param name="Odd">What is there instead of one.</param>
    private readonly record struct Row(string Key, bool IsNamed, Machine? Good, OddElement? Odd);
}
