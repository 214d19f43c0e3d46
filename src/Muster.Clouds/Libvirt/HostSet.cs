using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt;

/// <summary>The hosts of a cloud: which of them has an instance, and which is to get one.</summary>
internal sealed class HostSet : IDisposable
{
    /// <summary>How long a host is waited for that was not there when it was asked last: the others do not wait for it.</summary>
    private static readonly TimeSpan DownPatience = TimeSpan.FromSeconds(2);

    /// <param name="options">How the cloud is set up.</param>
    /// <param name="patienceForChanges">How long a change may take.</param>
    /// <param name="timeProvider">The clock.</param>
    public HostSet(LibvirtCloudOptions options, TimeSpan patienceForChanges, TimeProvider timeProvider) => All =
    [
        .. options.Hosts.Select(
            address => new HostPlace(new LibvirtHost(address, options.Timeout, patienceForChanges, timeProvider))),
    ];

    /// <summary>Every host, by zone.</summary>
    public ImmutableArray<HostPlace> All { get; }

    /// <summary>Whether each host is a zone.</summary>
    public bool HasZones => All[0].Host.Zone is not null;

    /// <summary>The zones, sorted; none where the cloud is one host.</summary>
    public ImmutableArray<string> Zones => [.. All.Select(place => place.Host.Zone).OfType<string>()];

    /// <summary>The host of that zone.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: there is no such zone.</exception>
    public HostPlace OfZone(string zone) =>
        All.FirstOrDefault(place => place.Host.Zone == zone) ?? throw ZoneRefusal.Of(zone, Zones);

    /// <summary>Looks at all hosts at once.</summary>
    /// <param name="look">What for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What each said, or why it did not, in their order.</returns>
    public async Task<ImmutableArray<(HostPlace Place, T? Seen, CloudException? Error)>> LookAsync<T>(
        Func<HostPlace, LibvirtConnection, T> look, CancellationToken cancellationToken)
    {
        async Task<(HostPlace, T?, CloudException?)> OneAsync(HostPlace place)
        {
            try
            {
                TimeSpan? atMost = place.Host.IsDown && All.Length > 1 ? DownPatience : null;
                return (place, await place.Host.LookAsync(connection => look(place, connection), cancellationToken, atMost), null);
            }
            catch (CloudException error)
            {
                return (place, default, error);
            }
        }

        return [.. await Task.WhenAll(All.Select(OneAsync))];
    }

    /// <summary>Finds the domain of that id.</summary>
    /// <param name="uuid">Its id.</param>
    /// <param name="mustKnow">Whether a host that cannot be asked leaves it open; where not, such hosts count as without.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="CloudException">It was found nowhere, and a host could not be asked.</exception>
    public async Task<(HostPlace Place, DomainFact Fact)?> FindAsync(Guid uuid, bool mustKnow, CancellationToken cancellationToken)
    {
        // Where it was seen last it is still, nearly always: one call instead of one to each host.
        if (All.Length > 1 && All.FirstOrDefault(place => place.Memory.Find(uuid) is not null) is { } known
            && await known.Host.LookAsync(connection => connection.FindDomain(uuid, InstanceMark.Uri), cancellationToken) is { } there)
        {
            return (known, there);
        }

        var seen = await LookAsync((_, connection) => connection.FindDomain(uuid, InstanceMark.Uri), cancellationToken);
        foreach (var (place, fact, _) in seen)
        {
            if (fact is not null)
            {
                return (place, fact);
            }
        }

        return (mustKnow || All.Length == 1) && seen.Select(one => one.Error).FirstOrDefault(error => error is not null) is { } open
            ? throw open
            : null;
    }

    /// <summary>The hosts that a launch without a zone may go to: first the one with the most room for one more.</summary>
    /// <exception cref="CloudException">None can be asked.</exception>
    public async Task<ImmutableArray<HostPlace>> ByRoomAsync(CancellationToken cancellationToken)
    {
        if (All.Length == 1)
        {
            return All;
        }

        var seen = await LookAsync(
            (_, connection) => (Running: connection.CountRunning(), connection.Node().MemoryBytes), cancellationToken);
        ImmutableArray<HostPlace> there =
        [
            .. seen.Where(one => one.Error is null)
                .OrderBy(one => (one.Seen.Running + one.Place.Launching + 1.0) / Math.Max(1, one.Seen.MemoryBytes))
                .ThenBy(one => one.Place.Host.Zone, StringComparer.Ordinal)
                .Select(one => one.Place),
        ];
        return there.IsEmpty ? throw seen[0].Error! : there;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in All)
        {
            place.Host.Dispose();
        }
    }
}
