using System.Text.Json.Nodes;

namespace Muster.Simulators.Consul.State;

/// <summary>A check of a node, or of one of its services.</summary>
/// <param name="Node">The node.</param>
/// <param name="Id">Its id, unique on its node.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Status"><c>passing</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="ServiceId">The service that it is of; empty of the node.</param>
/// <param name="Notes">What was said with it.</param>
/// <param name="Output">What it found last; empty before.</param>
public sealed record ConsulCheck(string Node, string Id, string Name, string Status, string ServiceId, string Notes, string Output)
{
    /// <summary>As <c>/v1/health</c> shows it.</summary>
    internal JsonObject Show() => new()
    {
        [nameof(Node)] = Node,
        ["CheckID"] = Id,
        [nameof(Name)] = Name,
        [nameof(Status)] = Status,
        [nameof(Notes)] = Notes,
        [nameof(Output)] = Output,
        ["ServiceID"] = ServiceId,
    };
}
