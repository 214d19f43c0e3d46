using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.States;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>What a virtual machine is to Muster.</summary>
/// <param name="memory">What was seen of it.</param>
/// <param name="ending">What this process is ending.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class VmStates(VmMemory memory, EndingInstances ending, TimeProvider timeProvider)
{
    /// <summary>
    /// How long a clone may be off before it counts as stopped, where nobody saw it on: vCenter starts it only when its disks are there.
    /// See docs/decisions/0312-a-clone-that-was-not-started-yet.md.
    /// </summary>
    public static readonly TimeSpan StartMax = TimeSpan.FromMinutes(15);

    private const string Connected = "connected", Starting = "starting", Blank = "blank";

    private static readonly StateTable States = new(
        new("poweredOn", InstanceState.Running),
        new("poweredOff", InstanceState.Stopped),
        new("suspended", InstanceState.Stopped),
        new(Starting, InstanceState.Provisioning, "poweredOff: it was not started yet"),
        new(Blank, InstanceState.Provisioning, "is being cloned"),
        new("disconnected", InstanceState.Unknown, "disconnected: its host is not connected to vCenter"),
        new("inaccessible", InstanceState.Unknown, "inaccessible: its files cannot be reached"),
        new("invalid", InstanceState.Unknown, "invalid: its configuration cannot be read"),
        new("orphaned", InstanceState.Unknown, "orphaned: its host does not know it any more"));

    /// <summary>The instance.</summary>
    /// <param name="vm">As vCenter tells it.</param>
    /// <param name="zone">Where it is; null where that is not known.</param>
    public Instance Instance(Vm vm, string? zone)
    {
        var isYoung = timeProvider.GetUtcNow() - vm.Made < StartMax;
        var word = vm.Connection is not Connected ? vm.Connection
            : vm.Power is "poweredOff" && isYoung && !memory.HasStarted(vm.Uuid) ? Starting
            : vm.Power;
        return Instance(vm, zone, word);
    }

    /// <summary>One that is coming to be, of which vCenter tells nothing but the name.</summary>
    public Instance Unborn(Vm expected) => Instance(expected, zone: null, Blank);

    /// <summary>One that was seen before and of which vCenter tells no more than that it is there.</summary>
    public Instance Hidden(Vm seen, string? connection) =>
        Instance(seen, zone: null, connection is null or Connected ? "invalid" : connection);

    private Instance Instance(Vm vm, string? zone, string word)
    {
        var (state, detail) = ending.Contains(vm.Uuid) ? (InstanceState.Terminating, "is being deleted") : States.Of(word);
        return new()
        {
            Id = new InstanceId(vm.Uuid),
            Name = vm.Name,
            State = state,
            StateDetail = detail,
            CreatedAt = vm.Made,
            Tags = vm.Tags,
            Zone = zone,
            Addresses = vm.Address is { } address ? [address] : [],
            Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("moref", vm.Ref.Value),
        };
    }
}
