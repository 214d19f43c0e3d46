using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Machines;

/// <summary>
/// Lists the machines of the resource group, and then what is told of the subscription's: Azure lists power states for all of it only, and
/// addresses with the network interfaces.
/// </summary>
/// <remarks>See docs/decisions/0262-power-states-of-azure-are-a-second-list.md.</remarks>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="locks">What locks keep.</param>
/// <param name="warnings">Gets what is odd.</param>
internal sealed class VmListing(AzureApi api, AzureCloudOptions options, VmLocks locks, BoundedWarnings warnings)
{
    /// <summary>Instances that are told together; how many Azure tells on a page is its own affair.</summary>
    public const int PageSize = 1000;

    private static readonly InstancePage Nothing = new([], IsLast: false);

    private readonly ListingReader _reader = new($"{options.Cloud}: azure: list virtual machines", VmStates.OddFields, warnings);

    /// <inheritdoc cref="ICloud.ListAsync"/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (machines, odd) = (new List<VirtualMachine>(), new List<Instance>());
        await foreach (var (page, isLast) in api.PagesAsync("list virtual machines", Machines(options.GroupScope), cancellationToken))
        {
            foreach (var one in Elements(page))
            {
                if (one.Good is { } machine)
                {
                    AddOurs(machines, machine, filter);
                }
                else if (_reader.Take(one.Odd!, filter) is { } instance)
                {
                    odd.Add(instance);
                }
            }

            if (!isLast)
            {
                yield return Nothing;
            }
        }

        // What follows is asked for only where it says something: each list is one call or more.
        Dictionary<string, InstanceView> views = new(StringComparer.Ordinal);
        if (machines.Exists(VmStates.NeedsPower))
        {
            yield return Nothing;
            await foreach (var (page, isLast) in api.PagesAsync(
                "list power states", Machines(options.SubscriptionScope, "&statusOnly=true"), cancellationToken))
            {
                AddViews(views, page);
                if (!isLast)
                {
                    yield return Nothing;
                }
            }
        }

        Dictionary<string, List<string>> addresses = new(StringComparer.Ordinal);
        if (machines.Count > 0 && options.Addresses is not ShownAddresses.None)
        {
            yield return Nothing;
            await foreach (var isLast in AddAddressesAsync(addresses, cancellationToken))
            {
                if (!isLast)
                {
                    yield return Nothing;
                }
            }
        }

        Predicate<string> isLocked = _ => false;
        if (machines.Count > 0 && locks.IsMet)
        {
            yield return Nothing;
            isLocked = await locks.ReadAsync(cancellationToken);
        }

        var instances = machines.Select(machine =>
        {
            var key = VmStates.KeyOf(machine.Id!);
            return VmStates.Instance(
                machine, views.GetValueOrDefault(key), isLocked(key), [.. addresses.GetValueOrDefault(key) ?? []], filter.Details);
        });
        foreach (var page in InstancePage.Split([.. instances, .. odd], PageSize))
        {
            yield return page;
        }
    }

    private static string Machines(string scope, string query = "") =>
        AzureApi.At($"{scope}/providers/Microsoft.Compute/virtualMachines", AzureApi.Compute, query);

    private static IEnumerable<(VirtualMachine? Good, OddElement? Odd)> Elements(Kit.Http.HttpAnswer page) => page.ReadElements(
        "value", VirtualMachine.Of, VmStates.Flaw);

    private static void AddOurs(List<VirtualMachine> machines, VirtualMachine machine, InstanceFilter filter)
    {
        var tags = AzureTags.Read(machine.Tags);
        if (filter.Tags.All(wanted => tags.GetValueOrDefault(wanted.Key) == wanted.Value))
        {
            machines.Add(machine);
        }
    }

    /// <summary>
    /// One that cannot be read, or is of another group, has no view here: a machine without one is unknown, and kills nobody.
    /// </summary>
    private void AddViews(Dictionary<string, InstanceView> views, Kit.Http.HttpAnswer page)
    {
        var group = $"{VmStates.KeyOf(options.GroupScope)}/";
        var elements = page.ReadElements(
            "value", VirtualMachine.Of, machine => string.IsNullOrEmpty(machine.Id) ? "id is missing" : null);
        foreach (var machine in elements.Select(one => one.Good).OfType<VirtualMachine>())
        {
            var key = VmStates.KeyOf(machine.Id!);
            if (machine.Properties?.InstanceView is { } view && key.StartsWith(group, StringComparison.Ordinal))
            {
                views[key] = view;
            }
        }
    }

    private async IAsyncEnumerable<bool> AddAddressesAsync(
        Dictionary<string, List<string>> addresses, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<string, string> open = new(StringComparer.Ordinal);
        if (options.Addresses is ShownAddresses.Public)
        {
            await foreach (var (page, _) in api.PagesAsync("list public addresses", Network("publicIPAddresses"), cancellationToken))
            {
                foreach (var part in (page.Read(of => of.Array("value", ArmPart.Of)) ?? []).OfType<ArmPart>())
                {
                    if (part is { Id: { } id, Properties.IpAddress: { } address })
                    {
                        open[VmStates.KeyOf(id)] = address;
                    }
                }

                yield return false;
            }
        }

        await foreach (var (page, isLast) in api.PagesAsync("list network interfaces", Network("networkInterfaces"), cancellationToken))
        {
            foreach (var nic in (page.Read(of => of.Array("value", NetworkInterface.Of)) ?? []).OfType<NetworkInterface>())
            {
                Add(addresses, nic, open);
            }

            yield return isLast;
        }
    }

    private static void Add(Dictionary<string, List<string>> addresses, NetworkInterface nic, Dictionary<string, string> open)
    {
        if (nic.Properties?.VirtualMachine?.Id is not { } machine)
        {
            return;
        }

        var of = addresses.TryGetValue(VmStates.KeyOf(machine), out var known) ? known : addresses[VmStates.KeyOf(machine)] = [];
        var ips = (nic.Properties.IpConfigurations ?? []).Select(ip => ip.Properties).OfType<NetworkInterfaceIpProperties>().ToArray();
        string[] found =
        [
            .. ips.Select(ip => ip.PublicIPAddress?.Id is { } id ? open.GetValueOrDefault(VmStates.KeyOf(id)) : null).OfType<string>(),
            .. ips.Select(ip => ip.PrivateIPAddress).OfType<string>(),
        ];
        of.InsertRange(nic.Properties.Primary is true ? 0 : of.Count, found);
    }

    private string Network(string kind) => AzureApi.At($"{options.GroupScope}/providers/Microsoft.Network/{kind}", AzureApi.Network);
}
