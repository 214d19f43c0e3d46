using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Lists the machines of the installation's folder.</summary>
internal sealed class VmListing(
    VsphereApi api, VmQuery query, Inventory inventory, ComputeMap compute, VmStates states, VmMemory memory, BoundedWarnings warnings)
{
    private const string Call = "vsphere: list virtual machines";

    // What a name made by Muster ends in: a dash, and the first half of the launch id's digits.
    private const int IdDigits = 12;

    private readonly ListingReader _reader = new(Call, VmReader.OddFields, warnings);

    /// <summary>The instances with the filter's tags.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Both are looked up once, and the clusters now and then: a listing is its pages and nothing else.
        var folder = await inventory.FolderAsync(cancellationToken);
        await compute.GetAsync(cancellationToken);
        await foreach (var (page, isLast) in CursorPages.ReadAsync(
            cursor => cursor is null ? FirstAsync(folder, cancellationToken) : api.ContinueAsync(cursor, cancellationToken),
            cursor => cursor, api.Time, cancellationToken))
        {
            yield return new([.. page.Select(machine => Take(machine, filter)).OfType<Instance>()], isLast);
        }
    }

    private async Task<(ImmutableArray<ManagedObject> Page, string? Next)> FirstAsync(
        MoRef folder, CancellationToken cancellationToken)
    {
        try
        {
            return await query.FirstAsync(folder, cancellationToken);
        }
        catch (CloudException error) when (VsphereErrors.Is(error, "ManagedObjectNotFound"))
        {
            // It was deleted, or moved to another vCenter; the next listing looks where it is. Nothing is said of what was in it.
            inventory.Forget();
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, innerException: error);
        }
    }

    private Instance? Take(ManagedObject machine, InstanceFilter filter)
    {
        if (VmReader.IsBlank(machine))
        {
            return Blank(machine, filter);
        }

        var (vm, odd) = VmReader.Read(machine);
        if (odd is not null)
        {
            return _reader.Take(odd, filter);
        }

        if (vm is null)
        {
            return null;
        }

        memory.OnSeen(vm);
        return Carries(vm, filter) ? states.Instance(vm, compute.ZoneOf(vm.Host)) : null;
    }

    /// <summary>One of which vCenter tells nothing but the name, by what was seen of it before.</summary>
    /// <exception cref="CloudException">It may be ours, and nobody knows: a listing without it would be one that was cut short.</exception>
    private Instance? Blank(ManagedObject machine, InstanceFilter filter)
    {
        var connection = machine.Text(VmReader.Connection);
        if (memory.Find(machine.Ref) is { } seen)
        {
            return Carries(seen, filter) ? states.Hidden(seen, connection) : null;
        }

        if (machine.Text(VmReader.Name) is not { } name)
        {
            return null;
        }

        if (memory.Birth(name) is { } expected)
        {
            return Carries(expected, filter) ? states.Unborn(expected with { Ref = machine.Ref }) : null;
        }

        // One that is just coming to be is connected; whoever makes it finds it by its name.
        return connection is null or "connected" || !CanBeOurs(name)
            ? null
            : throw new CloudException(
                CloudErrorKind.Unavailable,
                $"{Call}: of '{ForeignText.Shown(name)}' vCenter tells nothing but the name ({ForeignText.Shown(connection)}), so that it "
                + "may be ours: bring its host or datastore back, or remove it from the inventory");
    }

    private static bool Carries(Vm vm, InstanceFilter filter) =>
        filter.Tags.All(wanted => vm.Tags.GetValueOrDefault(wanted.Key) == wanted.Value);

    private static bool CanBeOurs(string name) =>
        name.Length > IdDigits + 1 && name[^(IdDigits + 1)] is '-' && name[^IdDigits..].All(char.IsAsciiHexDigitLower);
}
