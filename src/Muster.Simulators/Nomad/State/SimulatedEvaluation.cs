using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Jobs;

namespace Muster.Simulators.Nomad.State;

/// <summary>An attempt to place a job. Guarded by the cluster's gate.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Maintainability", "CA1507", Justification = "The names are Nomad's, not ours.")]
internal sealed class SimulatedEvaluation
{
    public required string Id { get; init; }

    public required SimulatedJob Job { get; init; }

    public required string TriggeredBy { get; init; }

    public required ulong CreateIndex { get; init; }

    public required long CreateTime { get; init; }

    public ulong ModifyIndex { get; set; }

    public string Status { get; set; } = "complete";

    /// <summary>Why it could not be placed; null when it could.</summary>
    public JsonObject? Failure { get; init; }

    /// <summary>The evaluation that waits in its place; null for none.</summary>
    public SimulatedEvaluation? Blocked { get; set; }

    /// <summary>The evaluation that it waits in place of; null for none.</summary>
    public string? Previous { get; init; }

    public JsonObject Show()
    {
        var shown = new JsonObject
        {
            ["CreateIndex"] = CreateIndex,
            ["CreateTime"] = CreateTime,
            ["ID"] = Id,
            ["JobID"] = Job.Id,
            ["JobModifyIndex"] = Job.CreateIndex,
            ["ModifyIndex"] = ModifyIndex,
            ["ModifyTime"] = CreateTime,
            ["Namespace"] = Job.Namespace,
            ["Priority"] = Job.Document.Copy("Priority"),
            ["SnapshotIndex"] = CreateIndex,
            ["Status"] = Status,
            ["TriggeredBy"] = TriggeredBy,
            ["Type"] = Job.Document.Copy("Type"),
        };
        if (Previous is not null)
        {
            shown["PreviousEval"] = Previous;
            shown["StatusDescription"] = "created to place remaining allocations";
            return shown;
        }

        shown["QueuedAllocations"] = new JsonObject { [Job.GroupName] = Failure is null ? 0 : 1 };
        if (Failure is not null)
        {
            shown["BlockedEval"] = Blocked!.Id;
            shown["FailedTGAllocs"] = new JsonObject { [Job.GroupName] = Failure.DeepClone() };
        }

        return shown;
    }
}
