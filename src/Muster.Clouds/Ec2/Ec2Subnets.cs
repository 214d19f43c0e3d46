using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2;

/// <summary>Chooses the subnet of a launch: the same at each repeat of it. Safe to share.</summary>
internal sealed class Ec2Subnets(Ec2Api api, TimeProvider timeProvider)
{
    private const int RememberedMax = 10_000;
    private const string NoZone = "no zone: there is no such subnet";

    // A subnet never changes its zone.
    private readonly ConcurrentDictionary<string, string> _zones = new(StringComparer.Ordinal);

    /// <summary>One of the subnets, in the zone where there is one; null where there are none.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: none of them is in the zone.</exception>
    public async Task<string?> ChooseAsync(
        ImmutableArray<string> subnets, string? zone, LaunchId launch, CancellationToken cancellationToken)
    {
        if (subnets.IsEmpty)
        {
            return null;
        }

        if (zone is null)
        {
            return OneOf(subnets, launch);
        }

        var zones = await ZonesOfAsync(subnets, cancellationToken);
        ImmutableArray<string> fitting = [.. subnets.Where(subnet => zones.GetValueOrDefault(subnet) == zone)];
        return fitting.IsEmpty
            ? throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': none of the template's networks is there: "
                + string.Join(", ", subnets.Select(subnet => $"{subnet} is in {zones.GetValueOrDefault(subnet) ?? NoZone}")))
            : OneOf(fitting, launch);
    }

    /// <summary>The zones of those subnets that there are.</summary>
    public async Task<ImmutableSortedDictionary<string, string>> ZonesOfAsync(
        ImmutableArray<string> subnets, CancellationToken cancellationToken)
    {
        ImmutableArray<string> unknown = [.. subnets.Where(subnet => !_zones.ContainsKey(subnet))];
        if (!unknown.IsEmpty)
        {
            if (_zones.Count > RememberedMax)
            {
                _zones.Clear();
            }

            var found = await api.LookAllAsync(
                "DescribeSubnets", "subnetSet", form => form.Filter(("subnet-id", unknown)), timeProvider, cancellationToken);
            foreach (var subnet in found)
            {
                if (subnet.TextOf("subnetId") is { } id && subnet.TextOf("availabilityZone") is { } zone)
                {
                    _zones[id] = zone;
                }
            }
        }

        return subnets.Where(_zones.ContainsKey)
            .ToImmutableSortedDictionary(subnet => subnet, subnet => _zones[subnet], StringComparer.Ordinal);
    }

    // By the launch, so that a repeat asks for the same: EC2 takes a token with another subnet for another request.
    private static string OneOf(ImmutableArray<string> subnets, LaunchId launch)
    {
        var number = uint.Parse(launch.Value.ToString("N")[24..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return subnets[(int)(number % (uint)subnets.Length)];
    }
}
