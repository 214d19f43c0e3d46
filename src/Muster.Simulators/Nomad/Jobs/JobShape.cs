using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>
/// Fills a job's defaults in and drops what Nomad 1.0 does not know: what it keeps and shows. Identities are known from 1.7 on.
/// </summary>
internal static class JobShape
{
    private const long Second = 1_000_000_000;

    public static JsonObject Canonical(JsonObject job, string space, bool hasIdentities)
    {
        var id = job.Text("ID");
        return new()
        {
            ["Affinities"] = job.CopyIfAny("Affinities"),
            ["AllAtOnce"] = job.Flag("AllAtOnce"),
            ["Constraints"] = job.CopyIfAny("Constraints"),
            ["ConsulToken"] = "",
            ["Datacenters"] = job.CopyIfAny("Datacenters"),
            ["Dispatched"] = false,
            ["ID"] = id,
            ["Meta"] = job.CopyIfAny("Meta"),
            ["Multiregion"] = null,
            ["Name"] = job.Text("Name") is { Length: > 0 } name ? name : id,
            ["Namespace"] = space,
            ["NomadTokenID"] = "",
            ["ParameterizedJob"] = null,
            ["ParentID"] = job.Text("ParentID"),
            ["Payload"] = null,
            ["Periodic"] = job.Inner("Periodic") is { } periodic ? Periodic(periodic) : null,
            ["Priority"] = job.Number("Priority", 50),
            ["Region"] = job.Text("Region", "global"),
            ["Spreads"] = null,
            ["Stable"] = false,
            ["StatusDescription"] = "",
            ["Stop"] = job.Flag("Stop"),
            ["TaskGroups"] = new JsonArray([.. job.Items("TaskGroups").Select(group => Group(group, hasIdentities))]),
            ["Type"] = job.Text("Type", "service"),
            ["Update"] = new JsonObject
            {
                ["AutoPromote"] = false,
                ["AutoRevert"] = false,
                ["Canary"] = 0,
                ["HealthCheck"] = "",
                ["HealthyDeadline"] = 0,
                ["MaxParallel"] = 0,
                ["MinHealthyTime"] = 0,
                ["ProgressDeadline"] = 0,
                ["Stagger"] = 0,
            },
            ["VaultNamespace"] = "",
            ["VaultToken"] = "",
        };
    }

    private static JsonObject Periodic(JsonObject periodic) => new()
    {
        ["Enabled"] = periodic.Flag("Enabled", otherwise: true),
        ["ProhibitOverlap"] = periodic.Flag("ProhibitOverlap"),
        ["Spec"] = periodic.Text("Spec"),
        ["SpecType"] = periodic.Text("SpecType", "cron"),
        ["TimeZone"] = periodic.Text("TimeZone") is { Length: > 0 } zone ? zone : "UTC",
    };

    private static JsonObject Group(JsonObject group, bool hasIdentities) => new JsonObject
    {
        ["Affinities"] = group.CopyIfAny("Affinities"),
        ["Constraints"] = group.CopyIfAny("Constraints"),
        ["Count"] = group.Number("Count", 1),
        ["EphemeralDisk"] = new JsonObject
        {
            ["Migrate"] = false,
            ["SizeMB"] = group.Inner("EphemeralDisk")?.Number("SizeMB", 300) ?? 300,
            ["Sticky"] = false,
        },
        ["Meta"] = group.CopyIfAny("Meta"),
        ["Migrate"] = null,
        ["Name"] = group.Text("Name"),
        ["Networks"] = null,
        ["ReschedulePolicy"] = Reschedule(group.Inner("ReschedulePolicy")),
        ["RestartPolicy"] = Restart(group.Inner("RestartPolicy")),
        ["Scaling"] = null,
        ["Services"] = null,
        ["ShutdownDelay"] = null,
        ["Spreads"] = null,
        ["StopAfterClientDisconnect"] = null,
        ["Tasks"] = new JsonArray([.. group.Items("Tasks").Select(task => Task(task, group, hasIdentities))]),
        ["Update"] = null,
        ["Volumes"] = null,
    };

    private static JsonObject Reschedule(JsonObject? policy) => new()
    {
        ["Attempts"] = policy?.Number("Attempts", 1) ?? 1,
        ["Delay"] = policy?.Number("Delay", 5 * Second) ?? 5 * Second,
        ["DelayFunction"] = policy?.Text("DelayFunction", "constant") ?? "constant",
        ["Interval"] = policy?.Number("Interval", 86_400 * Second) ?? 86_400 * Second,
        ["MaxDelay"] = policy?.Number("MaxDelay") ?? 0,
        ["Unlimited"] = policy?.Flag("Unlimited") ?? false,
    };

    private static JsonObject Restart(JsonObject? policy) => new()
    {
        ["Attempts"] = policy?.Number("Attempts", 3) ?? 3,
        ["Delay"] = policy?.Number("Delay", 15 * Second) ?? 15 * Second,
        ["Interval"] = policy?.Number("Interval", 86_400 * Second) ?? 86_400 * Second,
        ["Mode"] = policy?.Text("Mode", "fail") ?? "fail",
    };

    private static JsonObject Task(JsonObject task, JsonObject group, bool hasIdentities)
    {
        var shape = Task(task, group);
        if (hasIdentities && task.CopyIfAny("Identities") is { } identities)
        {
            shape["Identities"] = identities;
        }

        return shape;
    }

    private static JsonObject Task(JsonObject task, JsonObject group) => new JsonObject
    {
        ["Affinities"] = task.CopyIfAny("Affinities"),
        ["Artifacts"] = task.CopyIfAny("Artifacts"),
        ["CSIPluginConfig"] = null,
        ["Config"] = task.CopyIfAny("Config"),
        ["Constraints"] = task.CopyIfAny("Constraints"),
        ["DispatchPayload"] = null,
        ["Driver"] = task.Text("Driver"),
        ["Env"] = task.CopyIfAny("Env"),
        ["KillSignal"] = "",
        ["KillTimeout"] = task.Number("KillTimeout", 5 * Second),
        ["Kind"] = "",
        ["Leader"] = false,
        ["Lifecycle"] = null,
        ["LogConfig"] = new JsonObject
        {
            ["MaxFileSizeMB"] = task.Inner("LogConfig")?.Number("MaxFileSizeMB", 10) ?? 10,
            ["MaxFiles"] = task.Inner("LogConfig")?.Number("MaxFiles", 10) ?? 10,
        },
        ["Meta"] = task.CopyIfAny("Meta"),
        ["Name"] = task.Text("Name"),
        ["Resources"] = new JsonObject
        {
            ["CPU"] = task.Inner("Resources")?.Number("CPU", 100) ?? 100,
            ["Devices"] = null,
            ["DiskMB"] = 0,
            ["IOPS"] = 0,
            ["MemoryMB"] = task.Inner("Resources")?.Number("MemoryMB", 300) ?? 300,
            ["Networks"] = null,
        },
        ["RestartPolicy"] = Restart(task.Inner("RestartPolicy") ?? group.Inner("RestartPolicy")),
        ["ScalingPolicies"] = null,
        ["Services"] = null,
        ["ShutdownDelay"] = 0,
        ["Templates"] = task.CopyIfAny("Templates"),
        ["User"] = task.Text("User"),
        ["Vault"] = null,
        ["VolumeMounts"] = null,
    };
}
