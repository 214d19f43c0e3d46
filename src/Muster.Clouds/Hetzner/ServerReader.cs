using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>Turns servers into instances.</summary>
internal static class ServerReader
{
    /// <summary>The tag that keeps a name which Hetzner does not take. No template's tag begins so.</summary>
    public const string NameTag = $"{MusterTags.Prefix}name";

    // A server that is being rebuilt or moved to another host comes back by itself: unknown holds its place.
    private static readonly StateTable States = new(
        new("initializing", InstanceState.Provisioning),
        new("starting", InstanceState.Provisioning),
        new("running", InstanceState.Running),
        // Either on its way to off, which the next look shows, or to its end.
        new("stopping", InstanceState.Terminating),
        new("deleting", InstanceState.Terminating),
        new("off", InstanceState.Stopped));

    /// <summary>What is wanted of a server that cannot be read.</summary>
    public static OddFields OddFields { get; } =
        new(Id: "id", Name: "name", Tags: "labels", ReadTags: HetznerLabels.Read) { HasNumberIds = true };

    /// <summary>What is wrong with a server that could be read; null when nothing is.</summary>
    public static string? Flaw(Server server) =>
        server.Id <= 0 ? "id is missing"
        : server.Status is null ? "status is missing"
        : server.Labels?.Values.Any(value => value is null) is true ? "a label is no text"
        : null;

    /// <summary>The server as an instance.</summary>
    public static Instance Read(Server server)
    {
        var tags = HetznerLabels.Read(server.Labels ?? []);
        var (state, detail) = States.Of(server.Status);
        return new()
        {
            Id = new(server.Id.ToString(CultureInfo.InvariantCulture)),
            Name = tags.GetValueOrDefault(NameTag) ?? server.Name ?? "",
            State = state,
            StateDetail = detail,
            IsProtected = server.Protection?.Delete is true,
            CreatedAt = server.Created ?? DateTimeOffset.UnixEpoch,
            Tags = tags.Remove(NameTag),
            Zone = server.Place,
            Addresses = Addresses(server),
            Attributes = Attributes(server),
        };
    }

    /// <summary>Whether a server carries the filter's tags.</summary>
    public static bool Carries(Server server, InstanceFilter filter) =>
        filter.Tags.All(wanted => server.Labels?.GetValueOrDefault(wanted.Key) == wanted.Value);

    private static ImmutableArray<string> Addresses(Server server) =>
    [
        .. new[] { server.PublicNet?.Ipv4?.Ip, FirstOf(server.PublicNet?.Ipv6?.Ip) }
            .Concat((server.PrivateNet ?? []).Select(net => net.Ip))
            .Where(address => !string.IsNullOrEmpty(address))
            .Select(address => address!)
            .Distinct(),
    ];

    /// <summary>
    /// Of a network of IPv6 the address that Hetzner's images give themselves: <c>2001:db8::1</c> of <c>2001:db8::/64</c>.
    /// </summary>
    private static string? FirstOf(string? network) =>
        network?.Split('/')[0] is { } address && address.EndsWith("::", StringComparison.Ordinal) ? $"{address}1" : network;

    private static ImmutableSortedDictionary<string, string> Attributes(Server server)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }

        Add("server_type", server.ServerType?.Name);
        Add("image", server.Image is { } image ? Told(image.Id, image.Name ?? image.Description) : null);
        Add("placement_group", server.PlacementGroup?.Name);
        Add("delete_protection", server.Protection?.Delete is true ? "true" : null);
        return attributes.ToImmutable();
    }

    /// <summary>An image as it is told: a snapshot is known by its number, and by what was said of it.</summary>
    public static string Told(long id, string? name) =>
        name is null ? id.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{name} ({id})");
}
