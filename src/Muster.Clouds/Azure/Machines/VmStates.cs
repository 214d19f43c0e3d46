using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.States;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Azure.Machines;

/// <summary>What a virtual machine is as an instance. Its name, in lower case, is its id: Azure gives a name out once at a time.</summary>
internal static class VmStates
{
    private const string Failed = "failed";
    private const int WordsMax = 200;

    /// <summary>Where the machine is on its way; the power states are looked at where it is on none.</summary>
    private static readonly StateTable Provisioning = new(
        new("creating", InstanceState.Provisioning),
        new("deleting", InstanceState.Terminating));

    private static readonly StateTable Power = new(
        new("running", InstanceState.Running),
        new("starting", InstanceState.Provisioning),
        new("stopping", InstanceState.Stopped),
        new("stopped", InstanceState.Stopped, "stopped, and still paid for"),
        new("deallocating", InstanceState.Stopped),
        new("deallocated", InstanceState.Stopped));

    // Of a machine that runs, the failures that say that it never came up, and not that a later change of it failed.
    private static readonly FrozenSet<string> OfBoot = FrozenSet.ToFrozenSet(
        ["OSProvisioningTimedOut", "OSProvisioningClientError", "OSProvisioningInternalError", "VMStartTimedOut", "VMBootFailure"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wanted of a machine that cannot be read.</summary>
    public static OddFields OddFields { get; } = new(Id: "name", Name: "name", Tags: "tags", ReadTags: AzureTags.Read);

    /// <summary>What is wrong with a machine that could be read; null when nothing is.</summary>
    public static string? Flaw(VirtualMachine machine) =>
        string.IsNullOrEmpty(machine.Name) ? "name is missing"
        : string.IsNullOrEmpty(machine.Id) ? "id is missing"
        : machine.Properties?.ProvisioningState is null ? "provisioningState is missing"
        : null;

    /// <summary>By what a machine is known, whatever case its names are shown in.</summary>
    public static string KeyOf(string resourceId) => resourceId.ToLowerInvariant();

    /// <summary>Its id as an instance.</summary>
    public static InstanceId IdOf(VirtualMachine machine) => new(machine.Name!.ToLowerInvariant());

    /// <summary>Whether it takes more than the machine's own words to know what it is.</summary>
    public static bool NeedsPower(VirtualMachine machine) =>
        machine.Properties!.ProvisioningState!.ToLowerInvariant() is not ("creating" or "deleting");

    /// <summary>The instance.</summary>
    /// <param name="machine">As Azure shows it.</param>
    /// <param name="view">What is so now; null where that is not known.</param>
    /// <param name="isProtected">Whether a lock is known to keep it.</param>
    /// <param name="addresses">Where it is reached.</param>
    /// <param name="details">Whether all that is known is wanted.</param>
    public static Instance Instance(
        VirtualMachine machine, InstanceView? view, bool isProtected = false, ImmutableArray<string> addresses = default,
        bool details = false)
    {
        var tags = AzureTags.Read(machine.Tags);
        var (state, detail) = StateOf(machine, view);
        return new()
        {
            Id = IdOf(machine),
            Name = tags.GetValueOrDefault(AzureTags.Name) ?? machine.Name!.ToLowerInvariant(),
            State = state,
            StateDetail = detail,
            // One is deallocated by an order alone; what stops itself is only stopped, as is what is switched off without that.
            StoppedOnOrder = state is InstanceState.Stopped && PowerOf(view) is "deallocated" or "deallocating" ? true : null,
            IsProtected = isProtected,
            CreatedAt = machine.Properties!.TimeCreated ?? DateTimeOffset.UnixEpoch,
            Tags = tags.Remove(AzureTags.Name),
            Zone = machine.Zones is [var zone, ..] ? zone : null,
            Addresses = addresses.IsDefault ? [] : addresses,
            Attributes = details ? Details(machine, view) : ImmutableSortedDictionary<string, string>.Empty,
        };
    }

    /// <summary>What the machine does, in Azure's word; null where that is not told.</summary>
    public static string? PowerOf(InstanceView? view) => WordOf(view, "PowerState/");

    /// <summary>The state, and Azure's words for it.</summary>
    public static (InstanceState State, string? Detail) StateOf(VirtualMachine machine, InstanceView? view)
    {
        var provisioning = machine.Properties!.ProvisioningState!.ToLowerInvariant();
        if (!NeedsPower(machine))
        {
            return Provisioning.Of(provisioning);
        }

        var power = PowerOf(view);
        if (provisioning is not (Failed or "canceled"))
        {
            return power is null ? (InstanceState.Unknown, $"{provisioning}; its power state is not told") : Power.Of(power);
        }

        // "ProvisioningState/failed/AllocationFailed", with a sentence.
        var why = view?.Statuses?.FirstOrDefault(
            status => status.Code?.StartsWith("ProvisioningState/", StringComparison.OrdinalIgnoreCase) is true);
        var code = why?.Code?.Split('/') is [_, _, var reason, ..] ? reason : null;
        var told = ForeignText.Shown(string.Join(": ", new[] { Failed, code, why?.Message }.OfType<string>()), WordsMax);
        return power is "running" && (code is null || !OfBoot.Contains(code))
            // A later change of it failed, made by whoever: it works all the same.
            ? (InstanceState.Running, $"running; the last change of it {told}")
            : (InstanceState.Failed, told);
    }

    private static string? WordOf(InstanceView? view, string prefix) => view?.Statuses?
        .FirstOrDefault(status => status.Code?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) is true)
        ?.Code?[prefix.Length..].ToLowerInvariant();

    private static ImmutableSortedDictionary<string, string> Details(VirtualMachine machine, InstanceView? view)
    {
        var details = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                details[name] = value;
            }
        }

        Add("id", machine.Id);
        Add("vmId", machine.Properties!.VmId);
        Add("vmSize", machine.Properties.HardwareProfile?.VmSize);
        Add("location", machine.Location);
        Add("priority", machine.Properties.Priority);
        Add("provisioningState", machine.Properties.ProvisioningState);
        Add("powerState", PowerOf(view));
        Add("image", TemplateWords.ImageOf(machine.Properties.StorageProfile?.ImageReference));
        return details.ToImmutable();
    }
}
