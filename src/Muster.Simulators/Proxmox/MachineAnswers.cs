using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Requests;

namespace Muster.Simulators.Proxmox;

/// <summary>What one node answers of its machines.</summary>
internal sealed partial class MachineAnswers(MachinePark park)
{
    private const int DescriptionMax = 8192;

    // What the real one tells as numbers.
    private static readonly HashSet<string> Numbers = ["cores", "sockets", "onboot", "protection", "balloon"];

    /// <summary>All of a node, as they are now.</summary>
    public JsonArray List(string node)
    {
        var rows = new JsonArray();
        park.Guarded(machines =>
        {
            foreach (var machine in machines.Where(machine => machine.Node == node && !machine.IsContainer))
            {
                rows.Add((JsonNode)Status(machine));
            }

            return true;
        });
        return rows;
    }

    /// <summary>How one is.</summary>
    public static JsonObject Status(SimulatedMachine machine)
    {
        var row = new JsonObject { ["vmid"] = machine.Id, ["status"] = machine.State, ["qmpstatus"] = machine.State };
        if (machine.Name is { } name)
        {
            row["name"] = name;
        }

        if (machine.IsTemplate)
        {
            row["template"] = 1;
        }

        if (machine.Lock is { } held)
        {
            row["lock"] = held;
        }

        return row;
    }

    /// <summary>A configuration.</summary>
    public static JsonObject Config(SimulatedMachine machine)
    {
        var row = new JsonObject { ["digest"] = Digest(machine) };
        foreach (var (key, value) in machine.Config)
        {
            row[key] = Numbers.Contains(key) ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : value;
        }

        if (machine.Config.Count > 0)
        {
            row["scsi0"] = $"{machine.Volume},size=10G";
        }

        if (machine.Lock is { } held)
        {
            row["lock"] = held;
        }

        if (machine.IsTemplate)
        {
            row["template"] = 1;
        }

        return row;
    }

    /// <summary>Changes a configuration.</summary>
    public JsonNode? Configure(SimulatedMachine machine, IReadOnlyDictionary<string, string> parameters)
    {
        ThrowIfWrong(parameters);
        if (machine.Lock is { } held)
        {
            throw new ProxmoxRefusal(500, $"VM is locked ({held})\n");
        }

        if (parameters.TryGetValue("digest", out var digest) && digest != Digest(machine))
        {
            throw new ProxmoxRefusal(500, "detected modified configuration - file changed by other user? Try again.\n");
        }

        park.Change(machine.Id, "config", one =>
        {
            foreach (var (key, value) in parameters.Where(pair => pair.Key is not ("node" or "vmid" or "digest" or "delete")))
            {
                // Sorted and each once, in lower case unless the data centre wants it otherwise.
                one.Config = one.Config.SetItem(key, key != "tags" ? value : string.Join(';', value
                    .Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(tag => tag.ToLowerInvariant()).Distinct()
                    .Order(StringComparer.Ordinal)));
            }

            one.Config = one.Config.RemoveRange((parameters.GetValueOrDefault("delete") ?? "").Split(','));
        });
        return null;
    }

    private static void ThrowIfWrong(IReadOnlyDictionary<string, string> parameters)
    {
        var errors = new Dictionary<string, string>();
        if (parameters.TryGetValue("tags", out var tags)
            && tags.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries).Any(tag => !Tag().IsMatch(tag)))
        {
            errors["tags"] = "invalid format - invalid characters in tag\n";
        }

        if (parameters.TryGetValue("description", out var description) && description.Length > DescriptionMax)
        {
            errors["description"] = $"value may only be {DescriptionMax} characters long";
        }

        if (parameters.Where(pair => pair.Key.StartsWith("net", StringComparison.Ordinal) && pair.Key != "network")
            .FirstOrDefault(pair => pair.Key is not ("nameserver") && !Net().IsMatch(pair.Value)) is { Key: { } wrong })
        {
            errors[wrong] = "invalid format - format error\n";
        }

        if (errors.Count > 0)
        {
            throw ProxmoxRefusal.Parameters(errors);
        }
    }

    // As long as the real one, which is a SHA-1.
    private static string Digest(SimulatedMachine machine) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', machine.Config.Select(pair => $"{pair.Key}: {pair.Value}").Append($"lock: {machine.Lock}")))))[..40];

    // PVE::JSONSchema, pve-tag.
    [GeneratedRegex(@"^[a-z0-9_][a-z0-9_\-+.]*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[a-z0-9]+(=[0-9A-F:]+)?(,[a-z_]+=[A-Za-z0-9:._\-]+)*\z")]
    private static partial Regex Net();
}
