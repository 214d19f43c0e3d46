using System.Collections.Immutable;

using Muster.Clouds.Azure.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Azure.Templates;

/// <summary>What a template means here.</summary>
/// <param name="Body">The machine, without what is of one launch.</param>
/// <param name="HasPublicAddress">Whether its first network interface gets a public address.</param>
/// <param name="Subnets">Where its network interfaces are, the first one first.</param>
/// <param name="SecurityGroup">What guards them; null for nothing.</param>
/// <param name="BackendPools">Pools of load balancers that the first network interface is in.</param>
/// <param name="Zones">The zones that it may be in where a launch asks for none; empty for none.</param>
/// <param name="MaxPrice">The most that it may cost an hour where it is interruptible, in US dollars; -1 for whatever it costs
/// otherwise.</param>
internal sealed record VmSpec(
    VirtualMachine Body, bool HasPublicAddress, ImmutableArray<string> Subnets, string? SecurityGroup,
    ImmutableArray<string> BackendPools, ImmutableArray<string> Zones, decimal MaxPrice)
{
    /// <summary>With the machine go its parts.</summary>
    public const string Delete = "Delete";

    private const string NetworkApi = "2022-11-01";

    /// <summary>The body of the call that makes one instance with all its parts, each marked as the instance is.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="name">Its name at Azure.</param>
    public VirtualMachine For(LaunchRequest request, string name)
    {
        var tags = AzureTags.Write(name == request.Name ? request.Tags : request.Tags.SetItem(AzureTags.Name, request.Name));
        var zone = request.Zone ?? (Zones.IsEmpty ? null : Zones[Choice(request.Launch.Value, Zones.Length)]);
        return Body with
        {
            Tags = tags,
            Zones = zone is null ? null : [zone],
            Properties = Body.Properties! with
            {
                OsProfile = Body.Properties.OsProfile is { } os ? os with { ComputerName = name } : null,
                NetworkProfile = new() { NetworkApiVersion = NetworkApi, NetworkInterfaceConfigurations = [.. Nics(name, tags)] },
                Priority = request.IsInterruptible ? "Spot" : null,
                EvictionPolicy = request.IsInterruptible ? Delete : null,
                BillingProfile = request.IsInterruptible ? new(MaxPrice) : null,
            },
        };
    }

    /// <summary>The same of each launch, whoever asks: a repeated one must not go elsewhere.</summary>
    private static int Choice(Guid launch, int count) => launch.ToByteArray()[15] % count;

    private IEnumerable<NicConfiguration> Nics(string name, ImmutableSortedDictionary<string, string> tags) =>
        Subnets.Select((subnet, index) => new NicConfiguration($"{name}-nic{index}", new()
        {
            Primary = index == 0,
            DeleteOption = Delete,
            NetworkSecurityGroup = SecurityGroup is null ? null : new(SecurityGroup),
            IpConfigurations =
            [
                new("ipconfig", new()
                {
                    Primary = true,
                    Subnet = new(subnet),
                    PublicIPAddressConfiguration = HasPublicAddress && index == 0
                        ? new($"{name}-ip", new("Standard"), new(Delete, "Static")) { Tags = tags }
                        : null,
                    LoadBalancerBackendAddressPools = BackendPools.IsEmpty || index > 0
                        ? null
                        : [.. BackendPools.Select(pool => new SubResource(pool))],
                }),
            ],
        }) { Tags = tags });
}
