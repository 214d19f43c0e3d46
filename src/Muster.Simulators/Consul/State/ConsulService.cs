using System.Text.Json.Nodes;

namespace Muster.Simulators.Consul.State;

/// <summary>An instance of a service.</summary>
/// <param name="Node">The node that has it.</param>
/// <param name="Id">Its id, unique on its node.</param>
/// <param name="Name">The service.</param>
/// <param name="Definition">As it was registered.</param>
public sealed record ConsulService(string Node, string Id, string Name, JsonObject Definition)
{
    /// <summary>As <c>/v1/health</c> shows it.</summary>
    internal JsonObject Show() => new()
    {
        ["ID"] = Id,
        ["Service"] = Name,
        ["Tags"] = Definition["Tags"]?.DeepClone() ?? new JsonArray(),
        ["Address"] = Definition["Address"]?.DeepClone() ?? "",
        ["Meta"] = Definition["Meta"]?.DeepClone() ?? new JsonObject(),
        ["Port"] = Definition["Port"]?.DeepClone() ?? 0,
    };
}
