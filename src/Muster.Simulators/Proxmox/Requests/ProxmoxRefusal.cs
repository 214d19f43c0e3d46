using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Proxmox.Requests;

/// <summary>A request that the API refuses: a status, and a sentence.</summary>
/// <param name="status">The status.</param>
/// <param name="message">The sentence.</param>
/// <param name="errors">What is wrong with which parameter; null where it is not about any.</param>
internal sealed class ProxmoxRefusal(int status, string message, IReadOnlyDictionary<string, string>? errors = null)
    : RefusedException(new(status, Body(message, errors)), message)
{
    /// <summary>A machine that is not on a node.</summary>
    public static ProxmoxRefusal NoConfig(string node, int vmid) =>
        new(500, $"Configuration file 'nodes/{node}/qemu-server/{vmid}.conf' does not exist\n");

    /// <summary>Parameters that are wrong.</summary>
    public static ProxmoxRefusal Parameters(IReadOnlyDictionary<string, string> errors) =>
        new(400, "Parameter verification failed.\n", errors);

    private static JsonObject Body(string message, IReadOnlyDictionary<string, string>? errors)
    {
        var body = new JsonObject { ["data"] = null, ["message"] = message };
        if (errors is not null)
        {
            var wrong = new JsonObject();
            foreach (var (name, why) in errors)
            {
                wrong[name] = why;
            }

            body["errors"] = wrong;
        }

        return body;
    }
}
