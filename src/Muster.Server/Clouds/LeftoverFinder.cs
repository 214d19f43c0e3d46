using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Server.Instances;
using Muster.Server.Problems;

namespace Muster.Server.Clouds;

/// <summary>What instances left behind at a cloud, and which of it may be removed now.</summary>
/// <remarks>
/// A launch that is on its way may have made a part and not yet the instance that it belongs to. So nothing is removed that is younger than
/// a launch can take to be listed; where the cloud does not tell an age, it counts from when this server first saw the part.
/// </remarks>
/// <param name="installation">Whose parts.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LeftoverFinder(InstallationId installation, TimeProvider timeProvider)
{
    private static readonly ReconcilerOptions Launches = new();

    // By cloud, what was there at the last look and since when: as large as what the cloud lists.
    private ImmutableDictionary<string, ImmutableDictionary<(string Kind, string Id), DateTimeOffset>> _seen =
        ImmutableDictionary<string, ImmutableDictionary<(string Kind, string Id), DateTimeOffset>>.Empty;

    /// <summary>Everything that is left behind, by kind and id, each with why it is not removed now; null where it may be.</summary>
    /// <exception cref="CloudException">The cloud failed.</exception>
    /// <exception cref="ProblemException">The cloud has no such parts, or wants silence.</exception>
    public async Task<ImmutableArray<(Leftover Part, string? Kept)>> ListAsync(CloudEntry entry, CancellationToken cancellationToken)
    {
        var parts = await Of(entry).ListLeftoversAsync(installation, cancellationToken);
        var now = timeProvider.GetUtcNow();
        var before = _seen.GetValueOrDefault(entry.Name, []);
        var seen = parts.DistinctBy(Key).ToImmutableDictionary(Key, part => before.GetValueOrDefault(Key(part), now));
        ImmutableInterlocked.Update(ref _seen, all => all.SetItem(entry.Name, seen));
        return
        [
            .. parts
                .OrderBy(part => part.Kind, StringComparer.Ordinal)
                .ThenBy(part => part.Id, StringComparer.Ordinal)
                .Select(part => (part, Kept(entry.Cloud.Traits, part, seen[Key(part)], now))),
        ];
    }

    /// <summary>Removes one that is listed, and may be removed.</summary>
    /// <returns>What was removed; null when there is none of that kind and id.</returns>
    /// <exception cref="CloudException">The cloud failed.</exception>
    /// <exception cref="ProblemException">It may not be removed now.</exception>
    public async Task<Leftover?> RemoveAsync(CloudEntry entry, string kind, string id, CancellationToken cancellationToken)
    {
        // Only what a listing shows with this installation's mark: an id alone could be anybody's disk.
        var (part, kept) = (await ListAsync(entry, cancellationToken)).FirstOrDefault(one => Key(one.Part) == (kind, id));
        if (part is null)
        {
            return null;
        }

        if (kept is not null)
        {
            throw new ProblemException(ProblemKinds.LeftoverYoung, $"{kind} {id} is not removed now: {kept}");
        }

        await Of(entry).RemoveLeftoverAsync(part, cancellationToken);
        return part;
    }

    private static ICloudWithLeftovers Of(CloudEntry entry)
    {
        Listing.RefuseWhenSilent(entry);
        return entry.Cloud.Leftovers ?? throw new ProblemException(
            ProblemKinds.CloudCannot,
            $"cloud '{entry.Name}' of kind {entry.Kind} makes nothing with an instance that outlives it: there is nothing to look for"
            + (entry.Cloud.Balancing is null ? "" : ". Members of its load balancers may be left over; these are not looked for"));
    }

    private static (string Kind, string Id) Key(Leftover part) => (part.Kind, part.Id);

    private static string? Kept(CloudTraits traits, Leftover part, DateTimeOffset seenAt, DateTimeOffset now)
    {
        var least = Launches.LaunchExpiryFor(traits);
        var age = now - (part.CreatedAt ?? seenAt);
        if (age >= least)
        {
            return null;
        }

        var wait = string.Create(CultureInfo.InvariantCulture, $"ask again in {Math.Ceiling((least - age).TotalMinutes):0} min");
        return part.CreatedAt is null
            ? $"the cloud does not tell its age, and a launch may still be on its way to it; {wait}"
            : $"it is young, and a launch may still be on its way to it; {wait}";
    }
}
