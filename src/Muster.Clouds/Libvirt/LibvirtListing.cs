using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Lists the instances of all hosts.</summary>
/// <remarks>
/// A host that cannot be asked hides no other: what was last seen on it is listed as unknown, so that it holds its place. Where nothing was
/// seen of it since the start, nothing can be said of the whole. See docs/decisions/0292-a-host-that-is-down.md.
/// </remarks>
/// <param name="hosts">The hosts.</param>
/// <param name="ending">What this process is ending.</param>
/// <param name="gate">What this process is making.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LibvirtListing(HostSet hosts, EndingInstances ending, KeyedGate gate, TimeProvider timeProvider)
{
    /// <summary>
    /// How long another process may take to make what this one does not. A server that was killed makes nothing more, and the place of what
    /// it began is given to another.
    /// </summary>
    private static readonly TimeSpan OthersMakeMax = TimeSpan.FromSeconds(30);

    /// <summary>All that carry the filter's tags.</summary>
    public async Task<ImmutableArray<Instance>> ListAsync(InstanceFilter filter, CancellationToken cancellationToken)
    {
        var seen = await hosts.LookAsync(
            (place, connection) => Instances(place, connection.ListDomains(InstanceMark.Uri)), cancellationToken);
        var all = new Dictionary<string, Instance>(StringComparer.Ordinal);
        foreach (var instance in seen.SelectMany(one => Of(one.Place, one.Seen, one.Error)))
        {
            // One that moves from a host to another is on both for a moment: where it lives it is.
            if (!all.TryGetValue(instance.Id.Value, out var other) || (instance.IsLive && !other.IsLive))
            {
                all[instance.Id.Value] = instance;
            }
        }

        var wanted = filter.Tags;
        return
        [
            .. all.Values
                .Where(instance => wanted.All(tag => instance.Tags.GetValueOrDefault(tag.Key) == tag.Value))
                .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id.Value, StringComparer.Ordinal),
        ];
    }

    private IEnumerable<Instance> Of(HostPlace place, ImmutableArray<Instance> seen, CloudException? error)
    {
        if (error is null)
        {
            place.Memory.Saw(seen);
            return seen;
        }

        return hosts.All.Length > 1 && place.Memory.IsWhole && error.Kind is CloudErrorKind.Unavailable
            ? place.Memory.All.Select(instance => instance with
            {
                State = InstanceState.Unknown,
                StateDetail = $"its host cannot be asked: {error.Message}",
            })
            : throw error;
    }

    private ImmutableArray<Instance> Instances(HostPlace place, List<Native.DomainFact> facts) =>
    [
        .. facts.Select(fact => DomainInstances.Of(
            fact,
            place.Host.Zone,
            ending.Contains(fact.Uuid.ToString("D")),
            createdAt => !gate.Holds(fact.Uuid) && timeProvider.GetUtcNow() - createdAt > OthersMakeMax)).OfType<Instance>(),
    ];
}
