using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.States;
using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>Turns machines into instances.</summary>
internal static class MachineReader
{
    // Of a machine that its own node was asked about. Everything else is unknown, and holds its place.
    private static readonly StateTable States = new(
        new("running", InstanceState.Running),
        new("stopped", InstanceState.Stopped));

    /// <summary>Whether tags are those of a machine of Muster's with that number, whoever's.</summary>
    public static bool IsOurs(ImmutableSortedDictionary<string, string> tags, int vmid) =>
        tags.ContainsKey(MusterTags.Installation) && ProxmoxTags.MadeAt(tags, vmid) is not null;

    /// <summary>Whether tags are those that a filter asks for.</summary>
    public static bool Carries(ImmutableSortedDictionary<string, string> tags, InstanceFilter filter) =>
        filter.Tags.All(wanted => tags.GetValueOrDefault(wanted.Key) == wanted.Value);

    /// <summary>The id of a machine with these tags.</summary>
    public static MachineId IdOf(ImmutableSortedDictionary<string, string> tags, int vmid) =>
        MachineId.Of(vmid, tags.GetValueOrDefault(MusterTags.Launch));

    /// <summary>The instance, in the state that its node's word means.</summary>
    public static Instance Read(GuestRow row, string? status)
    {
        var (state, detail) = States.Of(status);
        return Read(row, row.Tags, state, row.Lock is { } locked ? $"{detail}, locked for {locked}" : detail) with
        {
            // Nothing but an order puts its memory on the disk. Of other stops Proxmox does not say whose they were.
            StoppedOnOrder = state is InstanceState.Stopped && row.Lock is MeantMachine.Suspended ? true : null,
        };
    }

    /// <summary>The instance, in a state.</summary>
    public static Instance Read(GuestRow row, ImmutableSortedDictionary<string, string> tags, InstanceState state, string? detail) => new()
    {
        Id = IdOf(tags, row.Vmid).ToInstanceId(),
        Name = tags.GetValueOrDefault(ProxmoxTags.NameTag) ?? row.Name ?? "",
        State = state,
        StateDetail = detail,
        CreatedAt = ProxmoxTags.MadeAt(tags, row.Vmid) ?? DateTimeOffset.UnixEpoch,
        Tags = ProxmoxTags.Shown(tags),
        Zone = EntityName.IsValid(row.Node) ? row.Node : null,
        Attributes = Attributes(row),
    };

    private static ImmutableSortedDictionary<string, string> Attributes(GuestRow row)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }

        Add("vmid", row.Vmid.ToString(CultureInfo.InvariantCulture));
        Add("node", row.Node);
        Add("pool", row.Pool);
        Add("ha_state", row.HaState);
        return attributes.ToImmutable();
    }
}
