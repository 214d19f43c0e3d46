using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Clouds.Triton.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Turns CloudAPI's machines into instances.</summary>
internal static class MachineReader
{
    // Not offline and unknown: a machine's server cannot be reached, and it may come back. So may what CloudAPI has a new word for.
    private static readonly StateTable States = new(
        new("provisioning", InstanceState.Provisioning),
        // Shown for a moment on a reboot.
        new("ready", InstanceState.Provisioning),
        new("running", InstanceState.Running),
        // Either on its way to stopped, which the next look shows, or to deleted.
        new("stopping", InstanceState.Terminating),
        new("deleted", InstanceState.Terminating),
        new("destroyed", InstanceState.Terminating),
        new("stopped", InstanceState.Stopped),
        new("failed", InstanceState.Failed));

    /// <summary>What is wanted of a machine that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "id", Name: "name", Tags: "tags", ReadTags: tags => tags);

    /// <summary>What is wrong with a machine that could be read; null when nothing is.</summary>
    public static string? Flaw(Machine machine) =>
        string.IsNullOrEmpty(machine.Id) ? "id is missing"
        : machine.Tags?.Values.Any(tag => tag.ValueKind is JsonValueKind.String && JsonTexts.Text(tag) is null) is true ? "a tag is no text"
        : null;

    public static Instance Read(Machine machine) => new()
    {
        Id = new(machine.Id),
        Name = machine.Name ?? "",
        State = States.Of(machine.State).State,
        StateDetail = machine.State,
        IsProtected = machine.DeletionProtection is true,
        CreatedAt = machine.Created ?? DateTimeOffset.UnixEpoch,
        Tags = (machine.Tags ?? []).ToImmutableSortedDictionary(
            tag => tag.Key, tag => Machine.Text(tag.Value), StringComparer.Ordinal),
        Addresses = Addresses(machine),
        Attributes = Attributes(machine),
    };

    /// <summary>The machine with all that CloudAPI tells of it.</summary>
    public static Instance ReadDetails(Machine machine)
    {
        var instance = Read(machine);
        return instance with { Attributes = MachineDetails.AddTo(instance.Attributes, machine) };
    }

    /// <summary>Whether a machine carries the filter's tags exactly: CloudAPI's own filters know wildcards.</summary>
    public static bool Carries(Machine machine, InstanceFilter filter) =>
        machine.Tag(MusterTags.Installation) == filter.Installation.ToString()
        && (filter.Account is not { } account || machine.Tag(MusterTags.Account) == account.ToString())
        && (filter.Group is not { } group || machine.Tag(MusterTags.Group) == group.ToString());

    /// <summary>Whether it is gone for good.</summary>
    public static bool IsGone(Machine machine) => machine.State is "deleted" or "destroyed";

    /// <summary>The group in its tags; null when there is none.</summary>
    public static GroupId? GroupOf(Machine machine) =>
        Guid.TryParse(machine.Tag(MusterTags.Group), out var group) ? new GroupId(group) : null;

    private static ImmutableArray<string> Addresses(Machine machine) =>
    [
        .. new[] { machine.PrimaryIp }.Concat(machine.Ips ?? [])
            .Where(address => !string.IsNullOrEmpty(address))
            .Select(address => address!)
            .Distinct(),
    ];

    private static ImmutableSortedDictionary<string, string> Attributes(Machine machine)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }

        Add("image", machine.Image);
        Add("package", machine.Package);
        Add("brand", machine.Brand);
        Add("compute_node", machine.ComputeNode);
        Add("deletion_protection", machine.DeletionProtection is true ? "true" : null);
        return attributes.ToImmutable();
    }
}
