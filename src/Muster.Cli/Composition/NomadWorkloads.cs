using Muster.Core;
using Muster.Core.Storage;
using Muster.Nomad.Identities;
using Muster.Nomad.Jobs;
using Muster.Server.Authentication;

namespace Muster.Cli.Composition;

/// <summary>Knows Nomad's tasks by what Nomad signs for them: each may check what its job is for.</summary>
/// <param name="proofs">Reads what Nomad signs.</param>
internal sealed class NomadWorkloads(TaskProofs proofs) : IWorkloads
{
    /// <inheritdoc/>
    public async ValueTask<IWorkload> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return new Workload(await proofs.ReadAsync(token, cancellationToken));
        }
        catch (IdentityException error)
        {
            throw new WorkloadException(error.Message, error.IsTransient, error);
        }
    }

    private sealed class Workload(TaskProof proof) : IWorkload
    {
        public string Name => $"Nomad job {proof.Job}";

        /// <remarks>The job of a group's sweep may check the group, and the job of the group itself.</remarks>
        public bool MayCheck(GroupId group, SweepKey sweep) => proof.Key == JobKey.Of(group) || MayCheck(sweep);

        public bool MayCheck(SweepKey sweep) => proof.Key == JobKey.Of(sweep);
    }
}
