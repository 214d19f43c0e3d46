using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Jobs;

namespace Muster.Simulators.Nomad.State;

/// <summary>A job, or a child: what it says, and what became of it. Guarded by the cluster's gate.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Maintainability", "CA1507", Justification = "The names are Nomad's, not ours.")]
internal sealed class SimulatedJob
{
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    /// <summary>Empty when it is nobody's child.</summary>
    public required string ParentId { get; init; }

    /// <summary>As canonical, without indexes.</summary>
    public required JsonObject Document { get; set; }

    public required ulong CreateIndex { get; init; }

    public ulong ModifyIndex { get; set; }

    public ulong JobModifyIndex { get; set; }

    public ulong SummaryIndex { get; set; }

    public long Version { get; set; }

    public long SubmitTime { get; set; }

    public bool IsStopped { get; set; }

    public bool IsPeriodic => Document["Periodic"] is not null;

    public bool IsTracked => IsPeriodic && !IsStopped && Document.Inner("Periodic")!.Flag("Enabled");

    public string GroupName => Document.Items("TaskGroups").First().Text("Name");

    /// <summary>A child or a plain job: <c>pending</c> until it is placed, <c>running</c>, <c>dead</c>.</summary>
    public string RunStatus { get; set; } = "pending";

    public string Status => IsPeriodic ? (IsStopped ? "dead" : "running") : RunStatus;

    /// <summary>What a periodic job launched.</summary>
    public List<SimulatedJob> Children { get; } = [];

    /// <summary>What a child or a plain job ran.</summary>
    public List<SimulatedAllocation> Runs { get; } = [];

    /// <summary>Whether it waits for a client that fits.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>The timer of a tracked periodic job.</summary>
    public ITimer? Timer { get; set; }

    public DateTimeOffset? NextLaunch { get; set; }

    /// <summary>The whole job as it is shown.</summary>
    public JsonObject Show()
    {
        var shown = (JsonObject)Document.DeepClone();
        shown["CreateIndex"] = CreateIndex;
        shown["JobModifyIndex"] = JobModifyIndex;
        shown["ModifyIndex"] = ModifyIndex;
        shown["Status"] = Status;
        shown["Stop"] = IsStopped;
        shown["SubmitTime"] = SubmitTime;
        shown["Version"] = Version;
        return shown;
    }
}
