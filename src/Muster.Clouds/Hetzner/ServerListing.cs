using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>
/// Lists servers from the last page to the first: pages are counted from the oldest, and what goes between two of them moves the younger
/// ones forward.
/// </summary>
/// <remarks>
/// See docs/decisions/0241-pages-are-read-from-the-last-one.md. Ids only grow, so what is made meanwhile stands behind what was read, and
/// is of a later listing; what moved forward is read again, and told once.
/// </remarks>
internal sealed class ServerListing(HetznerApi api, ServerActions actions, TimeProvider timeProvider, BoundedWarnings warnings)
{
    /// <summary>How many listings' last pages are remembered: more than any installation has groups in use.</summary>
    private const int RememberedMax = 10_000;

    private readonly ListingReader _reader = new("hetzner: list servers", ServerReader.OddFields, warnings);
    private readonly ConcurrentDictionary<string, int> _lastPages = new(StringComparer.Ordinal);

    /// <summary>The servers of a filter.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unclear = new List<Server>();
        await foreach (var (rows, isLast) in ReadAllAsync(HetznerLabels.Selector(filter), cancellationToken))
        {
            var shown = new List<Instance>();
            foreach (var (good, odd) in rows)
            {
                if (good is null)
                {
                    shown.AddRange(_reader.Take(odd!, filter) is { } unknown ? [unknown] : []);
                }
                else if (ServerReader.Carries(good, filter))
                {
                    if (actions.MayTellMore(good))
                    {
                        unclear.Add(good);
                    }
                    else
                    {
                        shown.Add(ServerReader.Read(good));
                    }
                }
            }

            yield return new([.. shown], isLast && unclear.Count == 0);
        }

        if (unclear.Count == 0)
        {
            yield break;
        }

        // What only their actions tell: each look at them is a move of its own.
        await using var looks = actions.LookAsync(unclear, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await looks.MoveNextAsync())
        {
            yield return looks.Current is { } clear ? new([.. clear], IsLast: true) : new([], IsLast: false);
        }
    }

    /// <summary>The server of that name.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="CloudException">There is one that cannot be read: it is not known whose it is.</exception>
    public async Task<Server?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync($"servers?name={Uri.EscapeDataString(name)}", cancellationToken);
        var rows = Rows(answer).ToArray();
        return rows.FirstOrDefault(row => row.Odd is not null).Odd is { } odd
            ? throw new CloudException(CloudErrorKind.Unavailable, $"{answer.Call}: the server named {name} is not understood: {odd.Why}")
            // The API compares names whole, but who knows in which case.
            : rows.Select(row => row.Good!).FirstOrDefault(server => string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    private async IAsyncEnumerable<((Server? Good, OddElement? Odd)[] Rows, bool IsLast)> ReadAllAsync(
        string selector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new ListingBounds(timeProvider);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var page = _lastPages.GetValueOrDefault(selector, 1);
        for (var isDown = false; ; bounds.OnPage())
        {
            var answer = await api.GetAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"servers?label_selector={Uri.EscapeDataString(selector)}&sort=id:asc&page={page}&per_page={HetznerApi.PageSize}"),
                cancellationToken);
            var meta = HetznerApi.PageOf(answer);
            var rows = Rows(answer).Where(row => seen.Add(KeyOf(row))).ToArray();
            if (!isDown && meta.NextPage is { } next)
            {
                // There are later ones. The last of them comes first; this one is read again on the way down.
                page = Math.Max(next, meta.LastPage ?? next);
                yield return (rows, false);
                continue;
            }

            if (!isDown)
            {
                // Of fewer servers than before, the remembered page may be beyond the end.
                Remember(selector, Math.Min(page, Math.Max(1, meta.LastPage ?? page)));
                page = page > 1 && rows.Length == 0 && meta.LastPage is { } last && last < page ? Math.Max(1, last) + 1 : page;
            }

            isDown = true;
            yield return (rows, page <= 1);
            if (--page < 1)
            {
                yield break;
            }
        }
    }

    private void Remember(string selector, int page)
    {
        if (_lastPages.Count >= RememberedMax)
        {
            _lastPages.Clear();
        }

        _lastPages[selector] = page;
    }

    private static string KeyOf((Server? Good, OddElement? Odd) row) =>
        row.Good is { } server ? server.Id.ToString(CultureInfo.InvariantCulture) : $"odd {JsonTexts.Raw(row.Odd!.Element)}";

    /// <exception cref="CloudException">It is no listing: something else than the API answered.</exception>
    private static IEnumerable<(Server? Good, OddElement? Odd)> Rows(HttpAnswer answer) => answer.ReadElements(
        "servers", Server.Of, ServerReader.Flaw);
}
