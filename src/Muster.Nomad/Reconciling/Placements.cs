using Muster.Core;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Reconciling;

/// <summary>Finds out whether Nomad has a client for each check, and notes at once when it has none: nobody checks those groups.</summary>
/// <remarks>
/// Nomad takes any job. Whether a client fits is in the evaluation of each child: complete with <c>FailedTGAllocs</c> when none does,
/// beside a blocked one that waits.
/// </remarks>
internal sealed class Placements(NomadClient client, JobLedger ledger, JobLimits limits, TimeProvider timeProvider, IJobObserver observer)
{
    private const string Undecided = "pending";
    private const int ReadsMax = 6;

    private static readonly TimeSpan ReadAgainMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReadAgainMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Reads an evaluation once Nomad has decided on it, which takes it milliseconds; as it is when that takes longer than two seconds.
    /// </summary>
    /// <exception cref="NomadException">Nomad does not answer, or refuses.</exception>
    public async Task<Evaluation> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var evaluation = await client.ReadEvaluationAsync(id, cancellationToken);
        for (var reads = 1; evaluation.Status == Undecided && reads < ReadsMax; reads++)
        {
            await Task.Delay(Backoff.Delay(reads, ReadAgainMin, ReadAgainMax), timeProvider, cancellationToken);
            evaluation = await client.ReadEvaluationAsync(id, cancellationToken);
        }

        return evaluation;
    }

    /// <summary>Notes what a fresh evaluation says.</summary>
    public void Note(JobKey key, Evaluation evaluation)
    {
        if (FailureOf(evaluation) is { } failure)
        {
            Obstruct(key, failure, evaluation.JobId);
        }
        else if (evaluation.Status == "complete")
        {
            ledger.Clear(key, timeProvider.GetUtcNow());
        }
    }

    /// <summary>
    /// Notes why children wait to be placed: of those that have waited for long enough, and whose jobs do not say so already.
    /// </summary>
    /// <exception cref="NomadException">Nomad does not answer, or refuses the token.</exception>
    public Task NoteAsync(IEnumerable<SeenJob> seen, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        return Parallel.ForEachAsync(
            seen
                .Where(job => job is { Parent: not null, Status: SeenStatus.Pending } && now - job.SubmittedAt >= limits.PlacementMin)
                .Where(job => ledger.Obstacle(job.Key) is not { Kind: ObstacleKind.NoClient })
                .DistinctBy(job => job.Key)
                .Take(limits.PlacementsReadMax),
            new ParallelOptions { MaxDegreeOfParallelism = limits.CallsInFlightMax, CancellationToken = cancellationToken },
            async (job, token) =>
            {
                try
                {
                    await NoteAsync(job.Key, job.Id, token);
                }
                catch (NomadException error) when (error.Kind is not (NomadErrorKind.Unavailable or NomadErrorKind.Unauthorized))
                {
                    // One job must not keep the others from theirs.
                    observer.OnFailed($"asking why Nomad job {job.Id} waits", error, limits.RoundEvery);
                }
            });
    }

    /// <summary>Notes why a child waits to be placed.</summary>
    /// <exception cref="NomadException">Nomad does not answer, or refuses.</exception>
    public async Task NoteAsync(JobKey key, string child, CancellationToken cancellationToken)
    {
        if ((await client.ListEvaluationsAsync(child, cancellationToken))
            .Select(FailureOf)
            .FirstOrDefault(failure => failure is not null) is { } failure)
        {
            Obstruct(key, failure, child);
        }
    }

    private static PlacementFailure? FailureOf(Evaluation evaluation) => evaluation.FailedPlacements?.Values.FirstOrDefault();

    private void Obstruct(JobKey key, PlacementFailure failure, string child) => ledger.Obstruct(
        key,
        new(ObstacleKind.NoClient, $"no Nomad client can run its checks, and nobody checks it: {failure}", timeProvider.GetUtcNow()),
        child);
}
