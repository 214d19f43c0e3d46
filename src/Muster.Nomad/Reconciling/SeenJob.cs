using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Reconciling;

/// <summary>How far a job has got.</summary>
public enum SeenStatus
{
    /// <summary>A child that no client runs yet.</summary>
    Pending,

    /// <summary>A child that runs; a job that waits for its time.</summary>
    Running,

    /// <summary>Ended, or stopped.</summary>
    Dead,
}

/// <summary>One of the installation's jobs, or one of their children, as Nomad lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">What it checks.</param>
/// <param name="Parent">The job that it is a child of; null for a job.</param>
/// <param name="Status">How far it has got.</param>
/// <param name="IsStopped">Told to stop; it stays listed.</param>
/// <param name="CreateIndex">The order in which jobs were made.</param>
/// <param name="ModifyIndex">Grows with each change of what it says, by whomever.</param>
/// <param name="SubmittedAt">When it was made or last changed, by Nomad's clock.</param>
public sealed record SeenJob(
    string Id,
    JobKey Key,
    string? Parent,
    SeenStatus Status,
    bool IsStopped,
    ulong CreateIndex,
    ulong ModifyIndex,
    DateTimeOffset SubmittedAt)
{
    /// <summary>Reads an entry of a list; null when it is no job of the installation.</summary>
    internal static SeenJob? Of(InstallationId installation, JobEntry entry) =>
        JobIds.KeyOf(installation, entry.Id) is not { } key ? null : new(
            entry.Id,
            key,
            JobIds.ParentOf(entry.Id),
            entry.Status switch { "pending" => SeenStatus.Pending, "dead" => SeenStatus.Dead, _ => SeenStatus.Running },
            entry.Stop,
            entry.CreateIndex,
            entry.JobModifyIndex,
            DateTimeOffset.UnixEpoch.AddTicks(entry.SubmitTime / TimeSpan.NanosecondsPerTick));
}
