using System.Collections.Immutable;

using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Api;

/// <summary>The zones of the region that are up, and which of them a launch without one goes to. Safe to share.</summary>
internal sealed class GceZones(GceApi api, TimeProvider timeProvider)
{
    /// <summary>Zones come and go within months; one that is down for a while only has its launches fail.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private (ImmutableArray<string> Zones, long At)? _kept;

    /// <summary>Whether a zone is one of the region, by its name.</summary>
    public bool IsOfRegion(string zone) => zone.StartsWith($"{api.Region}-", StringComparison.Ordinal);

    /// <summary>Asks for the zones.</summary>
    public async Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken)
    {
        var bounds = new ListingBounds(timeProvider);
        var zones = ImmutableArray.CreateBuilder<string>();
        for (string? page = null; ;)
        {
            var answer = await api.GetAsync(
                "list zones", $"zones?maxResults=500{(page is null ? "" : $"&pageToken={Uri.EscapeDataString(page)}")}", cancellationToken);
            var read = answer.Read(ZoneList.Of);
            zones.AddRange((read.Items ?? [])
                .Where(zone => zone?.Status == "UP" && zone.Name is { } name && IsOfRegion(name) && GceNames.IsName(name))
                .Select(zone => zone.Name!));
            page = read.NextPageToken is { Length: > 0 } next ? next : null;
            if (page is null)
            {
                break;
            }

            bounds.OnPage(page);
        }

        ImmutableArray<string> all = [.. zones.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (all.IsEmpty)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"region is '{api.Region}': project {api.Project} has no zone there that is up");
        }

        _kept = (all, timeProvider.GetTimestamp());
        return all;
    }

    /// <summary>The zones, as they were at most <see cref="KeptFor"/> ago.</summary>
    public async ValueTask<ImmutableArray<string>> RecentAsync(CancellationToken cancellationToken) =>
        _kept is { } kept && timeProvider.GetElapsedTime(kept.At) < KeptFor ? kept.Zones : await ListAsync(cancellationToken);

    /// <summary>The zone of a launch: a repeat goes to the same one, and many launches go to all alike.</summary>
    /// <remarks>
    /// A name is given out once in each zone, so that a launch in two zones would be two. Each launch ranks the zones by a hash of its own,
    /// and takes the first: where one comes or goes, no launch but those of that zone moves.
    /// </remarks>
    public static string Choose(LaunchId launch, ImmutableArray<string> zones) =>
        zones.OrderBy(zone => Rank(launch, zone)).ThenBy(zone => zone, StringComparer.Ordinal).First();

    /// <summary>The refusal of a zone that there is not; null where there is one.</summary>
    public async Task<CloudException?> RefusalAsync(string zone, CancellationToken cancellationToken)
    {
        var zones = await ListAsync(cancellationToken);
        return zones.Contains(zone) ? null : ZoneRefusal.Of(zone, zones);
    }

    private static Guid Rank(LaunchId launch, string zone)
    {
        var name = System.Text.Encoding.ASCII.GetBytes(zone);
        var input = new byte[16 + name.Length];
        launch.Value.TryWriteBytes(input);
        name.CopyTo(input, 16);
        return StableId.From(input);
    }
}
