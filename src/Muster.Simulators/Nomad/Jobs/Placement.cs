using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Settings;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>Whether the one client can run a job, and what Nomad says when it cannot.</summary>
internal static class Placement
{
    /// <summary>Why not, in Nomad's form; null when it can.</summary>
    public static JsonObject? Failure(JsonObject job, NomadSimulatorOptions options)
    {
        var datacenters = (job["Datacenters"] as JsonArray ?? []).Select(name => (string)name!).ToArray();
        var available = new JsonObject(
            [.. datacenters.Select(name => KeyValuePair.Create(name, (JsonNode?)(name == options.Datacenter ? 1 : 0)))]);
        if (!datacenters.Contains(options.Datacenter))
        {
            return Metrics(available, evaluated: 0, filtered: null, exhausted: null);
        }

        var group = job.Items("TaskGroups").First();
        var tasks = group.Items("Tasks").ToArray();
        var constraints = job.Items("Constraints")
            .Concat(group.Items("Constraints"))
            .Concat(tasks.SelectMany(task => task.Items("Constraints")));
        return tasks.Any(task => !options.Drivers.Contains(task.Text("Driver"))) ? Metrics(available, 1, "missing drivers", exhausted: null)
            : constraints.FirstOrDefault(constraint => !IsMet(constraint, options)) is { } unmet
                ? Metrics(available, 1, Words(unmet), exhausted: null)
            : tasks.Sum(task => task.Inner("Resources")!.Number("MemoryMB")) > options.MemoryMegabytes
                ? Metrics(available, 1, filtered: null, "memory")
            : null;
    }

    private static bool IsMet(JsonObject constraint, NomadSimulatorOptions options)
    {
        var (target, wanted, operand) = (constraint.Text("LTarget"), constraint.Text("RTarget"), constraint.Text("Operand", "="));
        if (operand is "distinct_hosts" or "distinct_property")
        {
            return true;
        }

        var value = target switch
        {
            "${attr.kernel.name}" => "linux",
            "${node.datacenter}" => options.Datacenter,
            _ when target.StartsWith("${meta.", StringComparison.Ordinal) => options.Meta.GetValueOrDefault(target[7..^1]),
            _ => null,
        };
        return operand is "!=" ? value != wanted : value is not null && value == wanted;
    }

    private static string Words(JsonObject constraint) =>
        $"{constraint.Text("LTarget")} {constraint.Text("Operand", "=")} {constraint.Text("RTarget")}";

    private static JsonObject Metrics(JsonObject available, int evaluated, string? filtered, string? exhausted) => new()
    {
        ["AllocationTime"] = 10_000,
        ["ClassExhausted"] = null,
        ["ClassFiltered"] = null,
        ["CoalescedFailures"] = 0,
        ["ConstraintFiltered"] = filtered is null ? null : new JsonObject { [filtered] = 1 },
        ["DimensionExhausted"] = exhausted is null ? null : new JsonObject { [exhausted] = 1 },
        ["NodesAvailable"] = available,
        ["NodesEvaluated"] = evaluated,
        ["NodesExhausted"] = exhausted is null ? 0 : 1,
        ["NodesFiltered"] = filtered is null ? 0 : 1,
        ["QuotaExhausted"] = null,
        ["ScoreMetaData"] = null,
        ["Scores"] = null,
    };
}
