using Muster.Nomad.Jobs;

namespace Muster.Nomad.Identities;

/// <summary>What Nomad vouches for: that a task belongs to one of the installation's jobs.</summary>
/// <param name="Key">What the job checks.</param>
/// <param name="Job">The job's id, the parent's or a child's.</param>
/// <param name="Allocation">The run.</param>
public sealed record TaskProof(JobKey Key, string Job, string Allocation);
