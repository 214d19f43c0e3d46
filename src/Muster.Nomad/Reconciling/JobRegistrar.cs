using Muster.Core;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Jobs.Wire;

namespace Muster.Nomad.Reconciling;

/// <summary>Registers jobs, and keeps what came of it.</summary>
internal sealed class JobRegistrar(
    InstallationId installation,
    NomadClient client,
    JobSettings settings,
    JobLedger ledger,
    TimeProvider timeProvider,
    IJobObserver observer)
{
    /// <summary>Registers a job at the index that it was seen at.</summary>
    /// <returns>Whether it now is what it should be; false when somebody else was quicker, which a later look will show.</returns>
    /// <exception cref="NomadException">Nomad refuses it, or does not answer.</exception>
    public async Task<bool> TryRegisterAsync(JobAction.Register action, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.RegisterAsync(Document(action), action.ModifyIndex, cancellationToken);
            ledger.Learn(new(action.Id, action.Job, answer.JobModifyIndex));
            if (answer.Index > 0)
            {
                observer.OnDone(action);
            }

            return true;
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.Conflict)
        {
            return false;
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.Invalid)
        {
            ledger.Obstruct(
                action.Job.Key, new(ObstacleKind.JobRefused, $"Nomad does not take its job: {error.Message}", timeProvider.GetUtcNow()));
            throw;
        }
    }

    private NomadJob Document(JobAction.Register action) =>
        JobBuilder.Build(installation, action.Job, action.Id, settings, client.Options.Region, client.Options.Namespace);
}
