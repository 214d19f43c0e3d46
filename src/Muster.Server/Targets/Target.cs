using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Server.Targets;

/// <summary>Where a member is reached.</summary>
/// <param name="Instance">Which member.</param>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Host">
/// As it stands in front of a port, an IPv6 address in brackets; as its cloud lists it where no port is asked for.
/// </param>
/// <param name="Port">Null where none was asked for.</param>
internal sealed record Target(Instance Instance, string Cloud, string Host, int? Port)
{
    /// <summary>The host, and the port if there is one.</summary>
    public string Address => Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{Host}:{port}") : Host;

    /// <summary>Where an instance is reached; null where it has no such address or port.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="cloud">Its cloud.</param>
    /// <param name="query">Which port.</param>
    /// <param name="health">Says of which network the address is.</param>
    public static Target? Of(Instance instance, string cloud, TargetQuery query, HealthCheck? health)
    {
        var address = Choose(instance.Addresses, health?.Network);
        if (address is null)
        {
            return null;
        }

        if (query is { Port: null, Attribute: null })
        {
            return new(instance, cloud, address, Port: null);
        }

        if (query.Attribute is not { } attribute)
        {
            return new(instance, cloud, Bracketed(address), query.Port);
        }

        return instance.Attributes.TryGetValue(attribute, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? new(instance, cloud, Bracketed(address), port)
            : null;
    }

    private static string? Choose(ImmutableArray<string> addresses, string? network) =>
        network is not null && IPNetwork.TryParse(network, out var within)
            ? addresses.FirstOrDefault(text => InstanceAddress.Parse(text) is { } address && within.Contains(address))
            : addresses.FirstOrDefault(text => !InstanceAddress.IsNobodys(text));

    private static string Bracketed(string address) =>
        InstanceAddress.Parse(address) is { AddressFamily: AddressFamily.InterNetworkV6 } parsed
            ? $"[{parsed}]"
            : InstanceAddress.HostOf(address);
}
