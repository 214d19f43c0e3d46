using System.Net;
using System.Text.Json;

using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Health;

namespace Muster.Clouds.OpenStack;

/// <summary>A member of a pool, as it is listed.</summary>
/// <remarks><see href="https://docs.openstack.org/api-ref/load-balancer/v2/index.html#list-members"/>.</remarks>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Address">Its address, as Octavia writes it.</param>
/// <param name="Port">Its port.</param>
/// <param name="Weight">Its weight: at 0 it gets nothing new.</param>
/// <param name="IsEnabled">Whether it gets anything.</param>
/// <param name="Operating">What the health monitor finds: <c>ONLINE</c>.</param>
/// <param name="Provisioning">What Octavia does to it: <c>ACTIVE</c>.</param>
internal sealed record PoolMember(
    Guid Id, string Name, string Address, long Port, long Weight, bool IsEnabled, string Operating, string Provisioning)
{
    /// <summary>Whether Octavia could not carry out what was last asked.</summary>
    public bool HasFailed => Provisioning is "ERROR";

    /// <summary>Whether the load balancer has been told all that was asked.</summary>
    public bool IsSettled => Provisioning is "ACTIVE";

    /// <summary>Whether it gets nothing new, or will not as soon as the load balancer has been told.</summary>
    public bool IsDraining => Weight == 0;

    /// <summary>Whether it gets traffic, or will as soon as the load balancer has been told.</summary>
    public bool GetsTraffic => !IsDraining && IsEnabled && !HasFailed;

    /// <summary>What the pool's health monitor finds. One that drains is found nothing of: it goes out anyway.</summary>
    public Verdict Verdict => IsDraining ? Verdict.Unknown : Operating switch
    {
        "ONLINE" => Verdict.Healthy,
        "ERROR" => Verdict.Unhealthy,
        _ => Verdict.Unknown,
    };

    /// <summary>Why, where there is something to say.</summary>
    public string? Detail => HasFailed ? "Octavia could not set it up (provisioning_status ERROR)"
        : Verdict is Verdict.Unhealthy ? "the pool's health monitor finds it down (operating_status ERROR)"
        : Operating is "NO_MONITOR" ? "the pool has no health monitor"
        : null;

    /// <summary>Whether it is at an address.</summary>
    public bool IsAt(IPEndPoint? address) =>
        address is not null && Port == address.Port && IPAddress.TryParse(Address, out var own) && own.Equals(address.Address);

    /// <summary>Reads one; null where it is going or gone, or is nothing that could be a member.</summary>
    public static PoolMember? Read(JsonElement member) =>
        member.Text("provisioning_status") is { } provisioning and not ("PENDING_DELETE" or "DELETED")
        && Guid.TryParse(member.Text("id"), out var id) && member.Text("address") is { } address
        && member.Number("protocol_port") is { } port
            ? new(
                id, member.Text("name") ?? "", address, port,
                // Members of long ago may have none, which is 1.
                member.Number("weight") ?? 1,
                member.Find("admin_state_up") is not { ValueKind: JsonValueKind.False },
                member.Text("operating_status") ?? "", provisioning)
            : null;
}
