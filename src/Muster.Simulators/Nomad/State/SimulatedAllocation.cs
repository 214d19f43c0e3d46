using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Jobs;

namespace Muster.Simulators.Nomad.State;

/// <summary>One run of a job on the client. Guarded by the cluster's gate.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Maintainability", "CA1507", Justification = "The names are Nomad's, not ours.")]
internal sealed class SimulatedAllocation
{
    public const string NodeId = "ce87cabc-7a77-f0c7-3693-2b5f8ea2a62f";
    public const string NodeName = "node-1";

    private readonly JsonArray _events = [];

    public required string Id { get; init; }

    public required SimulatedJob Job { get; init; }

    /// <summary>The job as it was placed: a later change does not reach it.</summary>
    public required JsonObject Placed { get; init; }

    public required SimulatedEvaluation Evaluation { get; init; }

    public required ulong CreateIndex { get; init; }

    public required long CreateTime { get; init; }

    /// <summary>Where its files are, until the client forgets it.</summary>
    public required string Directory { get; init; }

    public ulong ModifyIndex { get; set; }

    public long ModifyTime { get; set; }

    public string ClientStatus { get; private set; } = "pending";

    public bool IsOver => ClientStatus is "complete" or "failed";

    public bool IsFailed { get; private set; }

    /// <summary>Told to stop by whoever stopped its job.</summary>
    public bool IsUnwanted { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public JsonObject Group => Placed.Items("TaskGroups").First();

    public JsonObject Task => Group.Items("Tasks").First();

    public string TaskName => Task.Text("Name");

    public void Start(DateTimeOffset now) => (ClientStatus, StartedAt) = ("running", now);

    public void End(bool failed, DateTimeOffset now) =>
        (ClientStatus, IsFailed, FinishedAt) = (failed ? "failed" : "complete", failed, now);

    /// <summary>Writes down what happened to its task.</summary>
    /// <param name="type">As Nomad calls it.</param>
    /// <param name="message">For people.</param>
    /// <param name="now">When.</param>
    /// <param name="details">What goes with it: a detail and, where Nomad has one, the deprecated field.</param>
    public void Tell(
        string type,
        string message,
        DateTimeOffset now,
        params (string Detail, string Value, string? Field, JsonNode? FieldValue)[] details)
    {
        var told = new JsonObject
        {
            ["Details"] = new JsonObject([.. details.Select(detail => KeyValuePair.Create(detail.Detail, (JsonNode?)detail.Value))]),
            ["DiskLimit"] = 0,
            ["DisplayMessage"] = message,
            ["ExitCode"] = 0,
            ["FailsTask"] = false,
            ["KillTimeout"] = 0,
            ["Signal"] = 0,
            ["StartDelay"] = 0,
            ["Time"] = Nanoseconds(now),
            ["Type"] = type,
        };
        foreach (var name in new[]
        {
            "DownloadError", "DriverError", "DriverMessage", "FailedSibling", "GenericSource", "KillError", "KillReason", "Message",
            "RestartReason", "SetupError", "TaskSignal", "TaskSignalReason", "ValidationError", "VaultError",
        })
        {
            told[name] = "";
        }

        foreach (var detail in details.Where(detail => detail.Field is not null))
        {
            told[detail.Field!] = detail.FieldValue;
        }

        _events.Add((JsonNode)told);
    }

    public JsonObject Show(bool isWhole)
    {
        var shown = new JsonObject
        {
            ["ClientDescription"] = ClientStatus switch
            {
                "pending" => "No tasks have started",
                "running" => "Tasks are running",
                "failed" => "Failed tasks",
                _ => "All tasks have completed",
            },
            ["ClientStatus"] = ClientStatus,
            ["CreateIndex"] = CreateIndex,
            ["CreateTime"] = CreateTime,
            ["DesiredStatus"] = IsUnwanted ? "stop" : "run",
            ["EvalID"] = Evaluation.Id,
            ["ID"] = Id,
            ["JobID"] = Job.Id,
            ["ModifyIndex"] = ModifyIndex,
            ["ModifyTime"] = ModifyTime,
            ["Name"] = $"{Job.Id}.{Group.Text("Name")}[0]",
            ["Namespace"] = Job.Namespace,
            ["NodeID"] = NodeId,
            ["NodeName"] = NodeName,
            ["TaskGroup"] = Group.Text("Name"),
            ["TaskStates"] = _events.Count == 0 ? null : new JsonObject
            {
                [TaskName] = new JsonObject
                {
                    ["Events"] = _events.DeepClone(),
                    ["Failed"] = IsFailed,
                    ["FinishedAt"] = Moment(FinishedAt),
                    ["LastRestart"] = null,
                    ["Restarts"] = 0,
                    ["StartedAt"] = Moment(StartedAt),
                    ["State"] = IsOver ? "dead" : ClientStatus,
                },
            },
        };
        return isWhole ? Whole(shown) : Listed(shown);
    }

    private JsonObject Listed(JsonObject shown)
    {
        shown["DeploymentStatus"] = null;
        shown["DesiredDescription"] = IsUnwanted ? "alloc not needed due to job update" : "";
        shown["DesiredTransition"] = new JsonObject { ["ForceReschedule"] = null, ["Migrate"] = null, ["Reschedule"] = null };
        shown["FollowupEvalID"] = "";
        shown["JobType"] = Placed.Copy("Type");
        shown["JobVersion"] = Placed.Copy("Version");
        shown["PreemptedAllocations"] = null;
        shown["PreemptedByAllocation"] = "";
        shown["RescheduleTracker"] = null;
        return shown;
    }

    private JsonObject Whole(JsonObject shown)
    {
        var resources = Task.Inner("Resources")!;
        shown["AllocModifyIndex"] = CreateIndex;
        shown["AllocatedResources"] = new JsonObject
        {
            ["Shared"] = new JsonObject
            {
                ["DiskMB"] = Group.Inner("EphemeralDisk")!.Copy("SizeMB"),
                ["Networks"] = null,
                ["Ports"] = null,
            },
            ["TaskLifecycles"] = new JsonObject { [TaskName] = null },
            ["Tasks"] = new JsonObject
            {
                [TaskName] = new JsonObject
                {
                    ["Cpu"] = new JsonObject { ["CpuShares"] = resources.Copy("CPU") },
                    ["Devices"] = null,
                    ["Memory"] = new JsonObject { ["MemoryMB"] = resources.Copy("MemoryMB") },
                    ["Networks"] = null,
                },
            },
        };
        shown["Job"] = Placed.DeepClone();
        return shown;
    }

    private static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static string? Moment(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
