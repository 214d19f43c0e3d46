using System.Text.Json;

using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Nomad;

/// <summary>A node, as <c>/v1/nodes</c> tells of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Status"><c>ready</c>, <c>down</c>, <c>disconnected</c>, <c>initializing</c>.</param>
/// <param name="IsDraining">Whether a drain is under way.</param>
/// <param name="IsEligible">Whether it gets new work.</param>
/// <param name="Index">Another one whenever something of the node has changed; 0 where that is not told.</param>
internal sealed record NomadNode(
    string Id, string Name, string Address, string Status, bool IsDraining, bool IsEligible, long Index)
{
    /// <summary>What becomes of it, as far as a list can tell.</summary>
    public TrafficState State => IsDraining ? TrafficState.Draining : IsEligible ? TrafficState.Joined : TrafficState.Out;

    /// <summary>What its status says of the instance.</summary>
    public Verdict Verdict => Status switch
    {
        "ready" => Verdict.Healthy,
        "down" => Verdict.Unhealthy,
        _ => Verdict.Unknown,
    };

    /// <summary>The status in words.</summary>
    public string Detail => Foreign.Words(
        $"node {Status}{(IsDraining ? ", draining" : IsEligible ? "" : ", not eligible")}");

    /// <summary>Reads one; null of an element that is none.</summary>
    public static NomadNode? Read(JsonElement node) => node.Text("ID") is { Length: > 0 } id
        ? new(
            id, node.Text("Name") ?? id, HostOf(node.Text("Address") ?? node.Text("HTTPAddr") ?? ""), node.Text("Status") ?? "",
            node.Flag("Drain"), node.Text("SchedulingEligibility") is not "ineligible",
            (long)(node.Number("ModifyIndex") ?? 0))
        : null;

    private static string HostOf(string address) =>
        System.Net.IPEndPoint.TryParse(address, out var end) ? end.Address.ToString() : address;
}
