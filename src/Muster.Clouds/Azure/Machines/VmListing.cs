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
/// Lists the machines of the resource group, and beside it what is told of them elsewhere: Azure lists power states for all of the
/// subscription only, and addresses with the network interfaces.
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

    private readonly ListingReader _reader = new($"{options.Cloud}: azure: list virtual machines", VmStates.OddFields, warnings);

    private volatile bool _expectsMachines = true;

    /// <summary>Says that there may be a machine from now on: the next look asks for all lists at once.</summary>
    public void ExpectMachines() => _expectsMachines = true;

    /// <inheritdoc cref="ICloud.ListAsync"/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Each list beside that of the machines is a call or more: where the last look found no machine, they wait until one is seen.
        await using var told = new ToldElsewhere(api, options, cancellationToken);
        if (_expectsMachines)
        {
            told.AskForPower();
            told.AskForAddresses();
        }

        var (machines, odd, isAnyOurs) = (new List<VirtualMachine>(), new List<Instance>(), false);
        var path = AzureApi.At($"{options.GroupScope}/providers/Microsoft.Compute/virtualMachines", AzureApi.Compute);
        await foreach (var (page, isLast) in api.PagesAsync("list virtual machines", path, cancellationToken))
        {
            foreach (var one in page.ReadElements("value", VirtualMachine.Of, VmStates.Flaw))
            {
                if (one.Good is { } machine)
                {
                    isAnyOurs |= AddWanted(machines, machine, filter);
                }
                else if (_reader.Take(one.Odd!, filter) is { } instance)
                {
                    odd.Add(instance);
                }
            }

            if (!isLast)
            {
                yield return new([], IsLast: false);
            }
        }

        _expectsMachines = isAnyOurs;
        var instances = machines.Count > 0 ? await JoinAsync(machines, told, filter, cancellationToken) : [];
        foreach (var page in InstancePage.Split([.. instances, .. odd], PageSize))
        {
            yield return page;
        }
    }

    private async Task<IEnumerable<Instance>> JoinAsync(
        List<VirtualMachine> machines, ToldElsewhere told, InstanceFilter filter, CancellationToken cancellationToken)
    {
        if (machines.Exists(VmStates.NeedsPower))
        {
            told.AskForPower();
        }

        told.AskForAddresses();
        Predicate<string> isLocked = locks.IsMet ? await locks.ReadAsync(cancellationToken) : _ => false;
        var (views, addresses) = (await told.ViewsAsync(), await told.AddressesAsync());
        return machines.Select(machine =>
        {
            var key = VmStates.KeyOf(machine.Id!);
            return VmStates.Instance(
                machine, views.GetValueOrDefault(key), isLocked(key), [.. addresses.GetValueOrDefault(key) ?? []], filter.Details);
        });
    }

    private static bool AddWanted(List<VirtualMachine> machines, VirtualMachine machine, InstanceFilter filter)
    {
        var tags = AzureTags.Read(machine.Tags);
        if (filter.Tags.All(wanted => tags.GetValueOrDefault(wanted.Key) == wanted.Value))
        {
            machines.Add(machine);
        }

        return tags.GetValueOrDefault(MusterTags.Installation) == filter.Installation.ToString();
    }
}
