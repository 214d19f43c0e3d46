using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.Azure.Machines;

/// <summary>
/// What Azure tells of machines in other lists than theirs: power states, and addresses. For one look; each list is asked for once, and
/// beside the others.
/// </summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class ToldElsewhere(AzureApi api, AzureCloudOptions options, CancellationToken cancellationToken) : IAsyncDisposable
{
    private static readonly Task<Dictionary<string, InstanceView>> NoViews = Task.FromResult<Dictionary<string, InstanceView>>([]);
    private static readonly Task<Dictionary<string, List<string>>> NoAddresses = Task.FromResult<Dictionary<string, List<string>>>([]);

    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task<Dictionary<string, InstanceView>>? _views;
    private Task<Dictionary<string, List<string>>>? _addresses;

    /// <summary>Begins to ask for power states.</summary>
    public void AskForPower() => _views ??= ReadViewsAsync(_ending.Token);

    /// <summary>Begins to ask for addresses, where any are to be shown.</summary>
    public void AskForAddresses() =>
        _addresses ??= options.Addresses is ShownAddresses.None ? NoAddresses : ReadAddressesAsync(_ending.Token);

    /// <summary>What is so now of machines, by <see cref="VmStates.KeyOf"/>; none where nobody asked.</summary>
    public Task<Dictionary<string, InstanceView>> ViewsAsync() => _views ?? NoViews;

    /// <summary>Where machines are reached, by <see cref="VmStates.KeyOf"/>; none where nobody asked.</summary>
    public Task<Dictionary<string, List<string>>> AddressesAsync() => _addresses ?? NoAddresses;

    /// <summary>Ends what is still under way. What it would have told, or failed with, is of no use any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(ViewsAsync(), AddressesAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    /// <summary>
    /// One that cannot be read, or is of another group, has no view here: a machine without one is unknown, and kills nobody.
    /// </summary>
    private async Task<Dictionary<string, InstanceView>> ReadViewsAsync(CancellationToken ending)
    {
        var views = new Dictionary<string, InstanceView>(StringComparer.Ordinal);
        var group = $"{VmStates.KeyOf(options.GroupScope)}/";
        var path = AzureApi.At(
            $"{options.SubscriptionScope}/providers/Microsoft.Compute/virtualMachines", AzureApi.Compute, "&statusOnly=true");
        await foreach (var (page, _) in api.PagesAsync("list power states", path, ending))
        {
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

        return views;
    }

    private async Task<Dictionary<string, List<string>>> ReadAddressesAsync(CancellationToken ending)
    {
        var interfaces = ReadInterfacesAsync(ending);
        var open = options.Addresses is ShownAddresses.Public ? ReadOpenAsync(ending) : Task.FromResult<Dictionary<string, string>>([]);
        await Task.WhenAll(interfaces, open);
        var addresses = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var one in await interfaces)
        {
            Add(addresses, one, await open);
        }

        return addresses;
    }

    private async Task<List<NetworkInterface>> ReadInterfacesAsync(CancellationToken ending)
    {
        var interfaces = new List<NetworkInterface>();
        await foreach (var (page, _) in api.PagesAsync("list network interfaces", Network("networkInterfaces"), ending))
        {
            interfaces.AddRange((page.Read(of => of.Array("value", NetworkInterface.Of)) ?? []).OfType<NetworkInterface>());
        }

        return interfaces;
    }

    private async Task<Dictionary<string, string>> ReadOpenAsync(CancellationToken ending)
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var (page, _) in api.PagesAsync("list public addresses", Network("publicIPAddresses"), ending))
        {
            foreach (var part in (page.Read(of => of.Array("value", ArmPart.Of)) ?? []).OfType<ArmPart>())
            {
                if (part is { Id: { } id, Properties.IpAddress: { } address })
                {
                    open[VmStates.KeyOf(id)] = address;
                }
            }
        }

        return open;
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
