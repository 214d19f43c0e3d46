using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Lists droplets by one of their tags, and finds those of a launch by their name.</summary>
/// <remarks>
/// DigitalOcean counts pages by number, and droplets come and go between two of them: one that goes moves the next page's first row onto
/// the page that was read. A page is believed to follow the one before where the count of all rows is the same and it shows nothing that
/// was made since the first page. At the first page of which that is not so, all are read again with pages that overlap: a row that is
/// known proves that none between was missed. So a quiet listing takes no page more than its rows, and one that is disturbed is whole all
/// the same.
/// See docs/decisions/0252-pages-that-overlap-when-disturbed.md.
/// </remarks>
internal sealed class DropletListing(
    DigitalOceanApi api, int pageSize, TimeSpan listingLag, TimeProvider timeProvider, BoundedWarnings warnings)
{
    private const string Call = "list droplets";

    private readonly ListingReader _reader = new("digitalocean: list droplets", DropletReader.OddFields, warnings);

    /// <summary>One row in fifty is read twice once a listing was disturbed: so many droplets may go between two pages.</summary>
    private readonly int _overlap = Math.Max(1, pageSize / 50);

    /// <summary>The pages of a listing; see <see cref="ICloud.ListAsync"/>.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var twins = new TwinWatch("droplets", listingLag, warnings);
        await foreach (var (rows, isLast) in ReadAllAsync($"tag_name={Uri.EscapeDataString(TagOf(filter))}", cancellationToken))
        {
            ImmutableArray<Instance> instances = [.. rows.Select(row => Read(row, filter)).OfType<Instance>()];
            foreach (var instance in instances)
            {
                twins.See(instance);
            }

            yield return new(instances, isLast);
        }
    }

    /// <summary>The droplet of a launch, by its name, which ends in the launch id; whether or not its tags are on it yet.</summary>
    /// <returns>The living before the dead, the older before the younger; null where DigitalOcean shows none.</returns>
    public async Task<Instance?> FindAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var name = DropletNames.Of(request.Name, request.Launch);
        var found = new List<Instance>();
        await foreach (var (rows, _) in ReadAllAsync($"name={Uri.EscapeDataString(name)}", cancellationToken))
        {
            // A look for one droplet finds it, or that it is not there; one that is and cannot be read is neither.
            if (rows.FirstOrDefault(row => row.Odd is not null && IsNamed(row.Odd.Element, name)) is { Odd: { } odd } unclear)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"{Call}: droplet {unclear.Key} may be the one that is looked for, and is not understood: {odd.Why}");
            }

            found.AddRange(rows.Select(row => row.Good).OfType<Droplet>()
                .Where(droplet => string.Equals(droplet.Name, name, StringComparison.OrdinalIgnoreCase)).Select(DropletReader.Read));
        }

        return found.OrderByDescending(instance => instance.IsLive).ThenBy(instance => instance.CreatedAt)
            .ThenBy(instance => instance.Id).FirstOrDefault();
    }

    private static bool IsNamed(JsonElement odd, string name) =>
        string.Equals(JsonTexts.Text(odd, DropletReader.OddFields.Name) ?? name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>One tag is all that DigitalOcean filters by: the one that fewest droplets have.</summary>
    private static string TagOf(InstanceFilter filter) =>
        filter.Group is { } group ? DropletTags.Of(MusterTags.Group, group.ToString())
        : filter.Account is { } account ? DropletTags.Of(MusterTags.Account, account.ToString())
        : DropletTags.Of(MusterTags.Installation, filter.Installation.ToString());

    private Instance? Read(Row row, InstanceFilter filter)
    {
        if (row.Good is not { } droplet)
        {
            return _reader.Take(row.Odd!, filter);
        }

        var instance = filter.Details ? DropletReader.ReadDetails(droplet) : DropletReader.Read(droplet);
        return DropletReader.Carries(instance, filter) ? instance : null;
    }

    /// <summary>All rows, each once; a call for every move.</summary>
    private async IAsyncEnumerable<(Row[] Rows, bool IsLast)> ReadAllAsync(
        string query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bounds = new ListingBounds(timeProvider);
        var window = new PageWindow(1, pageSize);
        var (known, overlap, step) = (0, 0, _overlap);
        Page? before = null;
        DateTimeOffset? begunAt = null;
        while (true)
        {
            var page = await ReadAsync(query, window, cancellationToken);
            begunAt ??= page.At;
            if (window.Start > 0 && !Follows(page, before, overlap, begunAt.Value, seen))
            {
                bounds.OnPage(isNew: true);
                if (overlap == 0)
                {
                    // What is noticed only now may have happened between any two of the pages before: from the beginning again.
                    seen.Clear();
                    known = 0;
                }

                (overlap, step) = (step, step * 2);
                window = PageWindow.After(known, overlap, pageSize);
                yield return ([], false);
                continue;
            }

            seen.UnionWith(page.Rows.Where(row => row.IsNamed).Select(row => row.Key));
            Row[] news = [.. page.Rows.Where(row => told.Add(row.Key))];
            var isFurther = window.Start + page.Rows.Length > known;
            (known, before) = (window.Start + page.Rows.Length, page);
            var isLast = !page.HasNext;
            ThrowIfCut(page, window, known);
            yield return (news, isLast);
            if (isLast)
            {
                yield break;
            }

            bounds.OnPage(isNew: isFurther);
            (overlap, step) = (Math.Min(overlap, _overlap), _overlap);
            window = PageWindow.After(known, overlap, pageSize);
        }
    }

    private static bool Follows(Page page, Page? before, int overlap, DateTimeOffset begunAt, HashSet<string> seen) => overlap > 0
        ? page.Rows.Any(row => row.IsNamed && seen.Contains(row.Key))
        : page.Total is not null && page.Total == before?.Total && page.Rows.All(row => row.CreatedAt < begunAt);

    /// <summary>
    /// Nothing is concluded from a listing that ends before its own count of rows, or shows fewer of them than were asked for.
    /// </summary>
    private static void ThrowIfCut(Page page, PageWindow window, int known)
    {
        if (page.HasNext ? page.Rows.Length < window.Size : known < page.Total)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Call}: the listing is not believed: page {window.Number} of {window.Size} rows has {page.Rows.Length}, "
                    + $"and there are {page.Total} in all"));
        }
    }

    private async Task<Page> ReadAsync(string query, PageWindow window, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync(
            Call, string.Create(CultureInfo.InvariantCulture, $"/v2/droplets?{query}&per_page={window.Size}&page={window.Number}"),
            "droplet:read and tag:read", cancellationToken);
        var frame = answer.Read(ListFrame.Of);
        Row[] rows =
        [
            .. answer.ReadElements("droplets", Droplet.Of, DropletReader.Flaw).Select(RowOf),
        ];
        return new(rows, frame.Meta?.Total, frame.Links?.Pages?.Next is not null, answer.Date ?? answer.ReceivedAt);
    }

    private static Row RowOf((Droplet? Good, OddElement? Odd) one)
    {
        var id = one.Good?.Id.ToString(CultureInfo.InvariantCulture) ?? DropletReader.OddFields.IdOf(one.Odd!.Element);
        return new(
            id ?? JsonTexts.Raw(one.Odd!.Element),
            IsNamed: id is not null,
            one.Good?.CreatedAt ?? DateTimeOffset.UnixEpoch,
            one.Good,
            one.Odd);
    }

    /// <param name="Rows">What it shows.</param>
    /// <param name="Total">Rows on all pages, as it says.</param>
    /// <param name="HasNext">Whether another page follows.</param>
    /// <param name="At">When it was written, by DigitalOcean's clock.</param>
    private sealed record Page(Row[] Rows, long? Total, bool HasNext, DateTimeOffset At);

    /// <param name="Key">What tells it from other rows.</param>
    /// <param name="IsNamed">Whether that is an id: two that have none may look the same, and prove nothing of what lies between.</param>
    /// <param name="CreatedAt">When it was made.</param>
    /// <param name="Good">The droplet.</param>
    /// <param name="Odd">What is there instead of one.</param>
    private sealed record Row(string Key, bool IsNamed, DateTimeOffset CreatedAt, Droplet? Good, OddElement? Odd);
}
