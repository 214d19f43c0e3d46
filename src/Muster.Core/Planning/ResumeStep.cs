using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Launches;

namespace Muster.Core.Planning;

/// <summary>Plans which launches of unknown outcome the cloud is asked about again. Pure.</summary>
internal static class ResumeStep
{
    /// <summary>First wait before a launch of unknown outcome is asked again; doubles with each attempt.</summary>
    private static readonly TimeSpan DelayMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a launch of unknown outcome is asked again.</summary>
    private static readonly TimeSpan DelayMax = TimeSpan.FromMinutes(1);

    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="returned">How many that drained return to service: for their places nothing is asked again.</param>
    public static StepReport Plan(PlanInput input, Slice slice, Inventory inventory, int returned)
    {
        var level = slice.Wanted == 0
            ? StepReport.Nothing
            : Plan(
                input, slice, inventory.Pending, inventory.HalfMade, slice.Wanted - returned - inventory.Live - inventory.Unknown.Count);
        return inventory.PoolPending.IsEmpty && inventory.PoolHalfMade.IsEmpty
            ? level
            : new(
            [
                .. level.Actions,
                .. Plan(
                    input, slice, inventory.PoolPending, inventory.PoolHalfMade, slice.PoolWanted - inventory.Pooled.Count).Actions,
            ]);
    }

    private static StepReport Plan(
        PlanInput input, Slice slice, ImmutableArray<Launch> pending, ImmutableArray<Launch> halfMade, int room)
    {
        // Not asked again while launching is unwanted: if it happened the listing shows it, else it expires.
        if ((pending.IsEmpty && halfMade.IsEmpty) || !slice.LaunchTokens || input.Group.Suspended.HasFlag(Suspension.Launch))
        {
            return StepReport.Nothing;
        }

        // Those that are there have their places already. Where there are too many, it is for the end of these to be planned first.
        var actions = ImmutableArray.CreateBuilder<PlannedAction>();
        foreach (var launch in halfMade.Where(launch => launch.Phase is LaunchPhase.Intended && room >= 0))
        {
            actions.Add(Again(input, launch));
        }

        // Those that the cloud has answered are there, whatever the listing shows; each that is asked again may come to be.
        room -= pending.Count(launch => launch.Phase is not LaunchPhase.Intended);
        foreach (var launch in pending.Where(launch => launch.Phase is LaunchPhase.Intended))
        {
            if (input.Now - launch.CreatedAt > slice.ResumeAgeMax)
            {
                continue;
            }

            // Written down for places that are filled by now, such as by an instance whose end did not happen.
            if (room <= 0)
            {
                break;
            }

            room--;
            actions.Add(Again(input, launch));
        }

        return actions.Count == 0 ? StepReport.Nothing : new(actions.DrainToImmutable());
    }

    private static PlannedAction Again(PlanInput input, Launch launch)
    {
        var due = launch.UpdatedAt + Backoff.Delay(launch.Attempts, DelayMin, DelayMax);
        return due <= input.Now
            ? new PlannedAction.Resume(launch.Id) { Reason = "its outcome is not known; asked again by the same launch id" }
            : new PlannedAction.Hold(due)
            {
                Reason = $"launch {launch.InstanceName} has no known outcome: asked again at {Words.Of(due)}",
            };
    }
}
