using System.Collections.Immutable;

using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>What an instance of Google's is to Muster.</summary>
internal static class GceStates
{
    private static readonly StateTable States = new(
        new("PROVISIONING", InstanceState.Provisioning, "provisioning"),
        new("STAGING", InstanceState.Provisioning, "staging"),
        new("PENDING", InstanceState.Provisioning, "pending"),
        new("RUNNING", InstanceState.Running, "running"),
        // Its host failed, and Google puts it on another: it may come back.
        new("REPAIRING", InstanceState.Unknown, "Google repairs it"),
        // Either on its way to TERMINATED, which the next look shows, or to its end.
        new("STOPPING", InstanceState.Terminating, "stopping"),
        new("PENDING_STOP", InstanceState.Terminating, "stopping"),
        new("DEPROVISIONING", InstanceState.Terminating, "deprovisioning"),
        new("SUSPENDING", InstanceState.Stopped, "suspended"),
        new("SUSPENDED", InstanceState.Stopped, "suspended"),
        // Not gone: a shell with its disks.
        new("TERMINATED", InstanceState.Stopped, "stopped (TERMINATED)"));

    /// <summary>What is wanted of an instance that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "name", Name: "name", Tags: "labels", ReadTags: GceLabels.Read);

    /// <summary>What is wrong with an instance that could be read; null when nothing is.</summary>
    public static string? Flaw(GceInstance instance) =>
        instance.Name is not { Length: > 0 } name ? "name is missing"
        : !GceNames.IsName(name) ? "name is none"
        : GceNames.LastOf(instance.Zone) is not { } zone || !GceNames.IsName(zone) ? "zone is missing"
        : instance.Status is null ? "status is missing"
        : null;

    /// <summary>A metadatum; null where it has none of that key.</summary>
    public static string? MetadatumOf(GceInstance instance, string key) =>
        instance.Metadata?.Items?.FirstOrDefault(item => item?.Key == key)?.Value;

    /// <summary>The instance's tags.</summary>
    public static ImmutableSortedDictionary<string, string> TagsOf(GceInstance instance) =>
        GceLabels.Read(instance.Labels, MetadatumOf(instance, GceLabels.TagsKey));

    /// <summary>The instance.</summary>
    /// <param name="instance">One without a flaw.</param>
    /// <param name="withDetails">Whether all that Google tells is wanted.</param>
    public static Instance Read(GceInstance instance, bool withDetails = false)
    {
        var (state, detail) = States.Of(instance.Status);
        var zone = GceNames.LastOf(instance.Zone)!;
        return new Instance
        {
            Id = GceNames.IdOf(zone, instance.Name!),
            Name = MetadatumOf(instance, GceLabels.NameKey) ?? instance.Name!,
            State = state,
            StateDetail = instance.StatusMessage is { Length: > 0 } message ? $"{detail}: {message}" : detail,
            // Nothing suspends itself; TERMINATED may be an order, a shutdown from within, or a spot instance that was taken back.
            StoppedOnOrder = instance.Status is "SUSPENDED" or "SUSPENDING" ? true : null,
            IsProtected = instance.DeletionProtection is true,
            CreatedAt = instance.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            Tags = TagsOf(instance),
            Zone = zone,
            Addresses = AddressesOf(instance),
            Attributes = AttributesOf(instance, withDetails),
        };
    }

    /// <summary>Inside first: most groups are behind a load balancer of the same network.</summary>
    private static ImmutableArray<string> AddressesOf(GceInstance instance) =>
    [
        .. (instance.NetworkInterfaces ?? []).Select(one => one?.NetworkIP)
            .Concat((instance.NetworkInterfaces ?? []).SelectMany(one => one?.AccessConfigs ?? []).Select(config => config?.NatIP))
            .Where(address => !string.IsNullOrEmpty(address))
            .Select(address => address!)
            .Distinct(),
    ];

    private static ImmutableSortedDictionary<string, string> AttributesOf(GceInstance instance, bool withDetails)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }

        Add("numeric_id", instance.Id);
        Add("machine_type", GceNames.LastOf(instance.MachineType));
        Add("provisioning_model", instance.Scheduling?.ProvisioningModel?.ToLowerInvariant());
        Add("deletion_protection", instance.DeletionProtection is true ? "true" : null);
        if (withDetails)
        {
            Add("network_tags", instance.Tags?.Items is { Length: > 0 } tags ? string.Join(',', tags) : null);
            Add("service_account", instance.ServiceAccounts?.FirstOrDefault()?.Email);
            Add("disks", string.Join(',', (instance.Disks ?? []).Select(disk => GceNames.LastOf(disk?.Source)).OfType<string>()));
            foreach (var item in instance.Metadata?.Items ?? [])
            {
                Add($"metadata.{item?.Key}", item?.Value);
            }
        }

        return attributes.ToImmutable();
    }
}
