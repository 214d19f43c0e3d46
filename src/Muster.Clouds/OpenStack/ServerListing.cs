using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>Lists the servers of the project, and finds that of a launch.</summary>
/// <remarks>
/// The compute service is split into cells. Where one does not answer, a list with a filter, a sort order or a limit leaves its servers out
/// without a word, and only a list with none of them shows their ids, as far as its page has room. So the first page is asked for with
/// nothing at all, and a server of such a cell fails the listing. See docs/decisions/0280-openstack-is-asked-for-every-server.md.
/// </remarks>
internal sealed class ServerListing(
    OpenStackApi api, bool byTags, TimeSpan listingLag, TimeProvider timeProvider, BoundedWarnings warnings)
{
    private const string Call = "list servers";

    private readonly ListingReader _reader = new("openstack: list servers", ServerReader.OddFields, warnings);

    /// <summary>The pages of a listing; see <see cref="ICloud.ListAsync"/>.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var twins = new TwinWatch("servers", listingLag, warnings);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (rows, isLast) in ReadAsync(filter, cancellationToken))
        {
            var instances = ImmutableArray.CreateBuilder<Instance>();
            foreach (var row in rows)
            {
                // One that moves between cells may be in two of them for a moment.
                if (Read(row, filter) is { } instance && seen.Add(instance.Id.Value))
                {
                    twins.See(instance);
                    instances.Add(instance);
                }
            }

            yield return new(instances.ToImmutable(), isLast);
        }
    }

    /// <summary>The server of a launch.</summary>
    /// <returns>The living before the dead, the older before the younger; null where the cloud shows none.</returns>
    public async Task<Instance?> FindAsync(LaunchRequest request, InstallationId installation, CancellationToken cancellationToken)
    {
        var launch = request.Launch.ToString();
        var found = new List<Instance>();
        await foreach (var (rows, _) in ReadAsync(new(installation), cancellationToken))
        {
            foreach (var (good, odd) in rows.Where(row => !ServerReader.IsGone(row)).Select(ServerReader.Read))
            {
                // A look for one server finds it, or that it is not there; one that is and cannot be read is neither.
                if (odd?.AsTagged(ServerReader.OddFields, MusterTags.Launch, launch) is { } unclear)
                {
                    throw new CloudException(
                        CloudErrorKind.Unavailable,
                        $"{Call}: server {unclear.Id} is the one that is looked for, and is not understood: {odd.Why}");
                }

                if (good?.Tags.GetValueOrDefault(MusterTags.Launch) == launch)
                {
                    found.Add(good);
                }
            }
        }

        return found.OrderByDescending(instance => instance.IsLive).ThenBy(instance => instance.CreatedAt)
            .ThenBy(instance => instance.Id).FirstOrDefault();
    }

    private Instance? Read(JsonElement row, InstanceFilter filter)
    {
        if (row.ValueKind is JsonValueKind.Object && ServerReader.IsGone(row))
        {
            return null;
        }

        var (good, odd) = ServerReader.Read(row);
        return odd is not null ? _reader.Take(odd, filter)
            : ServerReader.Carries(good!, filter) ? good
            : null;
    }

    private IAsyncEnumerable<(JsonElement[] Page, bool IsLast)> ReadAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        CursorPages.ReadAsync(
            marker => ReadPageAsync(filter, marker, cancellationToken), shown => shown, timeProvider, cancellationToken);

    private async Task<(JsonElement[] Page, string? Next)> ReadPageAsync(
        InstanceFilter filter, string? marker, CancellationToken cancellationToken)
    {
        string[] query =
        [
            .. byTags ? [ServerTags.Query(filter)] : Array.Empty<string>(),
            .. marker is null ? [] : new[] { $"marker={Uri.EscapeDataString(marker)}" },
        ];
        var page = await api.GetAsync(
            OpenStackService.Compute, Call, $"servers/detail{(query.Length == 0 ? "" : "?")}{string.Join('&', query)}", cancellationToken);
        if (page.Find("servers") is not { ValueKind: JsonValueKind.Array })
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"{Call}: the answer has no list of servers");
        }

        JsonElement[] rows = [.. page.List("servers")];
        var hidden = rows.Where(row => row.ValueKind is JsonValueKind.Object && ServerReader.IsHidden(row)).ToArray();
        return hidden.Length == 0
            ? (rows, NextLink.MarkerOf(page, "servers_links"))
            : throw new CloudException(
                CloudErrorKind.Unavailable,
                $"{Call}: a part of the cloud does not answer, and what is known of {hidden.Length} of the project's servers is their ids "
                + $"(such as {ForeignText.Shown(hidden[0].Text("id") ?? "?")}). Nothing is concluded from such a list; ask the cloud's "
                + "operator about a cell that is down");
    }
}
