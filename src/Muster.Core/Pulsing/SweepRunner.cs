using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Runs sweeps: one listing for every group that is due in those that share it.</summary>
/// <remarks>
/// The store is read for all of them before the listing begins, since a listing says nothing of what was decided after it. See
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
        try
        {
            await EachAsync(turns, turn => turn.BeginAsync());
            ImmutableArray<SweepTurn> begun = [.. turns.Where(turn => turn.HasBegun)];
            if (!begun.IsEmpty)
            {
                // Those on other clouds, too, are looked at there meanwhile: nobody who lives on one cloud waits for another.
                var spread = begun.RemoveAll(turn => turn.OtherClouds.IsEmpty);
                var elsewhere = spread.Select(turn => (Turn: turn, Sights: LookElsewhereAsync(turn))).ToList();
                await LookAsync(begun);
                await EachAsync(begun, turn => turn.RecordAsync(isLast: !spread.Contains(turn)));
                foreach (var (turn, sights) in elsewhere)
                {
                    await turn.OnLookedElsewhereAsync(sights);
                    await turn.RecordAsync(isLast: true);
                }
            }
        }
        finally
        {
            foreach (var turn in turns)
            {
                turn.End();
            }
        }
    }

    /// <summary>One look for all of them that may use the cloud.</summary>
    private async Task LookAsync(ImmutableArray<SweepTurn> turns)
    {
        var served = turns.RemoveAll(turn => !turn.MayLook());
        if (served.IsEmpty)
        {
            return;
        }

        var first = served[0].Sweep;
        try
        {
            var cloud = parts.CloudNamed(first.Key.Account, first.Key.Cloud);
            var line = new SweepLine(parts.Schedule.RunningSweeps, [.. served.Select(turn => (turn.Sweep, turn.Groups))]);
            var look = await paced.LookAsync(served.Length == 1 ? first.Key.Account : null, cloud, line);
            if (served.Length > 1)
            {
                parts.Schedule.Sweeps.OnListed(first.Credential, look.Pages);
            }

            foreach (var turn in served)
            {
                turn.OnLooked(cloud, look, pages: turn == served[0] ? look.Pages : 0);
            }
        }
        catch (CloudException error)
        {
            foreach (var turn in served)
            {
                turn.OnBlind(error);
            }
        }
        catch (Exception error)
        {
            foreach (var turn in served)
            {
                turn.OnFailed(error);
            }
        }
    }

    /// <summary>One look at each other cloud that groups of a sweep live on. A cloud that cannot be looked at keeps nobody else.</summary>
    private async Task<ImmutableArray<CloudSight>> LookElsewhereAsync(SweepTurn turn)
    {
        var account = turn.Sweep.Key.Account;
        var line = new SweepLine(parts.Schedule.RunningSweeps, []);
        return [.. await Task.WhenAll(turn.OtherClouds.Select(cloud => CloudSight.OfAsync(
            cloud, parts.Clouds.Find(account, cloud)?.Cloud, connection => paced.LookAsync(account, connection, line))))];
    }

    private static Task EachAsync(ImmutableArray<SweepTurn> turns, Func<SweepTurn, Task> step) => turns.Length == 1
        ? step(turns[0])
        : BoundedWork.RunAsync(turns.Select(turn => (Func<Task>)(() => step(turn))), StoreCallsMax, () => true);
}
