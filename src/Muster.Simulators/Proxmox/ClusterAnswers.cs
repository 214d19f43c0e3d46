using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Requests;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Simulators.Proxmox;

/// <summary>What the cluster, its nodes, their tasks and storages answer.</summary>
internal sealed class ClusterAnswers(ProxmoxSimulatorOptions options, MachinePark park)
{
    private const long StorageSize = 1L << 40;

    /// <summary>Everything there is, or one type of it.</summary>
    public JsonArray Resources(string? type, ImmutableHashSet<string> lacks)
    {
        var rows = new JsonArray();
        if (type is null or "vm")
        {
            park.Guarded(machines =>
            {
                var shown = park.Shown(told => told.ToDictionary(machine => machine.Id));
                foreach (var machine in machines.OrderBy(machine => machine.Id).Where(_ => !lacks.Contains("VM.Audit")))
                {
                    rows.Add((JsonNode)Machine(machine, shown.GetValueOrDefault(machine.Id)));
                }

                return true;
            });
        }

        if (type is null or "node")
        {
            foreach (var node in Nodes().ToArray())
            {
                node!.Parent!.AsArray().Remove(node);
                node["type"] = "node";
                node["id"] = $"node/{node["node"]}";
                if (lacks.Contains("Sys.Audit"))
                {
                    ((JsonObject)node).Remove("mem");
                    ((JsonObject)node).Remove("maxmem");
                }

                rows.Add(node);
            }
        }

        if (type is null or "storage" && !lacks.Contains("Datastore.Audit"))
        {
            foreach (var (name, isShared, content, plugin) in Catalogue.Storages)
            {
                foreach (var node in Catalogue.Nodes)
                {
                    rows.Add((JsonNode)new JsonObject
                    {
                        ["type"] = "storage", ["id"] = $"storage/{node}/{name}", ["storage"] = name, ["node"] = node,
                        ["shared"] = isShared ? 1 : 0, ["content"] = content, ["plugintype"] = plugin, ["status"] = "available",
                        ["maxdisk"] = StorageSize, ["disk"] = StorageSize / 4,
                    });
                }
            }
        }

        return rows;
    }

    /// <summary>The nodes.</summary>
    public JsonArray Nodes()
    {
        var machines = park.All;
        var rows = new JsonArray();
        foreach (var node in Catalogue.Nodes)
        {
            var isOnline = !options.OfflineNodes.Contains(node);
            var row = new JsonObject { ["node"] = node, ["status"] = isOnline ? "online" : "offline", ["maxmem"] = Catalogue.NodeMemory };
            if (isOnline)
            {
                row["mem"] = machines.Count(machine => machine.Node == node && machine.State == "running") * Catalogue.GuestMemory;
            }

            rows.Add((JsonNode)row);
        }

        return rows;
    }

    /// <summary>The bridges of a node.</summary>
    public static JsonArray Bridges()
    {
        var rows = new JsonArray();
        foreach (var bridge in Catalogue.Bridges)
        {
            rows.Add((JsonNode)new JsonObject { ["iface"] = bridge, ["type"] = "bridge", ["active"] = 1 });
        }

        return rows;
    }

    /// <summary>Tasks of a node, newest first.</summary>
    public JsonArray Tasks(string node, IReadOnlyDictionary<string, string> parameters)
    {
        var source = parameters.GetValueOrDefault("source") ?? "archive";
        var rows = new JsonArray();
        foreach (var task in park.Tasks.Where(task => task.Node == node
            && (source == "all" || source == "active" == task.Exit is null)
            && (!parameters.TryGetValue("typefilter", out var type) || task.Type == type)
            && (!parameters.TryGetValue("vmid", out var vmid) || task.About == vmid)
            && (!parameters.TryGetValue("since", out var since) || task.StartedAt >= long.Parse(since, CultureInfo.InvariantCulture)))
            .OrderByDescending(task => task.StartedAt)
            .Take(int.Parse(parameters.GetValueOrDefault("limit") ?? "50", CultureInfo.InvariantCulture)))
        {
            var row = Row(task);
            row["status"] = task.Exit ?? "RUNNING";
            rows.Add((JsonNode)row);
        }

        return rows;
    }

    /// <summary>How a task stands.</summary>
    public JsonObject Task(string upid)
    {
        var task = park.Find(upid) ?? throw new ProxmoxRefusal(500, "unable to parse worker upid\n");
        var row = Row(task);
        row["status"] = task.Exit is null ? "running" : "stopped";
        if (task.Exit is { } exit)
        {
            row["exitstatus"] = exit;
        }

        return row;
    }

    /// <summary>The disks of a storage, as a node sees it.</summary>
    public JsonArray Content(string node, string storage)
    {
        var isShared = Catalogue.Storages.FirstOrDefault(one => one.Name == storage) is { Name: not null } found
            ? found.IsShared
            : throw new ProxmoxRefusal(500, $"storage '{storage}' does not exist\n");
        var rows = new JsonArray();
        foreach (var (volume, _) in park.All.Where(machine => machine.Storage == storage && (isShared || machine.Node == node))
            .Select(machine => (machine.Volume, machine.Node))
            .Concat(park.LooseVolumes.Select(one => (one.Key, one.Value))
                .Where(one => one.Key.StartsWith($"{storage}:", StringComparison.Ordinal) && (isShared || one.Value == node))))
        {
            rows.Add((JsonNode)new JsonObject
            {
                ["volid"] = volume, ["vmid"] = VmidOf(volume), ["format"] = "raw", ["size"] = 10L << 30, ["ctime"] = park.Seconds,
            });
        }

        return rows;
    }

    /// <summary>Removes a disk.</summary>
    public string RemoveVolume(string node, string volume, string user)
    {
        var task = park.Begin(node, "imgdel", VmidOf(volume), user);
        task.Exit = park.LooseVolumes.TryRemove(volume, out _) ? "OK" : $"no such volume '{volume}'";
        return task.Upid;
    }

    private JsonObject Machine(SimulatedMachine machine, SimulatedMachine? told)
    {
        var type = machine.IsContainer ? "lxc" : "qemu";
        var row = new JsonObject
        {
            ["id"] = $"{type}/{machine.Id}", ["type"] = type, ["vmid"] = machine.Id, ["node"] = machine.Node, ["status"] = "unknown",
        };
        if (told is not null && !(options.HasForgottenOffline && options.OfflineNodes.Contains(machine.Node)))
        {
            row["status"] = told.State;
            row["template"] = machine.IsTemplate ? 1 : 0;
            row["maxmem"] = Catalogue.GuestMemory;
            row["mem"] = told.State == "running" ? Catalogue.GuestMemory / 2 : 0;
            row["maxcpu"] = 2;
            row["uptime"] = told.State == "running" ? 60 : 0;
            if (told.Name is { } name)
            {
                row["name"] = name;
            }
        }

        if (machine.Lock is { } held)
        {
            row["lock"] = held;
        }

        if (machine.Config.TryGetValue("tags", out var tags))
        {
            row["tags"] = tags;
        }

        if (machine.Pool is { } pool)
        {
            row["pool"] = pool;
        }

        return row;
    }

    private static JsonObject Row(SimulatedTask task) => new()
    {
        ["upid"] = task.Upid, ["node"] = task.Node, ["type"] = task.Type, ["id"] = task.About, ["user"] = task.User, ["pid"] = 1,
        ["pstart"] = 1, ["starttime"] = task.StartedAt,
    };

    private static int VmidOf(string volume) =>
        volume.Split(':', '/')[^1].Split('-') is [_, var number, ..]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var vmid)
            ? vmid
            : 0;
}
