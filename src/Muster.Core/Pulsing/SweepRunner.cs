using System.Collections.Immutable;

using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Runs sweeps: one listing of each cloud for every group that is due in those that share it.</summary>
/// <remarks>
/// The store is read for all of them before the first listing begins, since a listing says nothing of what was decided after it. See
/// docs/decisions/0164-sweeps-of-one-credential-share-a-listing.md.
/// </remarks>
internal sealed class SweepRunner(PulseParts parts, GroupRunner checks, PacedChecks paced)
{
    /// <summary>Sweeps of one run that are read or recorded at once.</summary>
    private const int StoreCallsMax = 8;

    /// <summary>Runs sweeps that were taken from the schedule, and ends them there.</summary>
    public async Task RunAsync(SweepRun run)
    {
        ImmutableArray<SweepTurn> turns = [.. run.Sweeps.Select(sweep => new SweepTurn(parts, checks, paced, sweep))];
        using var places = new SemaphoreSlim(StoreCallsMax);
        try
        {
            await Task.WhenAll(turns.Select(turn => InTurnAsync(places, turn.BeginAsync)));
            ImmutableArray<SweepTurn> begun = [.. turns.Where(turn => turn.HasBegun)];
            var looks = new RunLooks(parts, paced, begun);
            await Task.WhenAll(begun.Select(turn => GoOnAsync(turn, looks, places)));
        }
        finally
        {
            foreach (var turn in turns)
            {
                turn.End();
            }
        }
    }

    /// <summary>Nobody who lives on one cloud waits for another: those are recorded first who live on the sweep's own.</summary>
    private static async Task GoOnAsync(SweepTurn turn, RunLooks looks, SemaphoreSlim places)
    {
        var elsewhere = turn.OtherClouds.Select(cloud => looks.LookAsync(turn, cloud)).ToList();
        await turn.OnLookedAsync(looks.LookAsync(turn, turn.Sweep.Key.Cloud), looks);
        await InTurnAsync(places, () => turn.RecordAsync(isLast: elsewhere.Count == 0));
        if (elsewhere.Count > 0)
        {
            await turn.OnLookedElsewhereAsync(Task.WhenAll(elsewhere));
            await InTurnAsync(places, () => turn.RecordAsync(isLast: true));
        }
    }

    private static async Task InTurnAsync(SemaphoreSlim places, Func<Task> call)
    {
        await places.WaitAsync(CancellationToken.None);
        try
        {
            await call();
        }
        finally
        {
            places.Release();
        }
    }
}
