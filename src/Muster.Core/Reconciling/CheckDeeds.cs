using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;

namespace Muster.Core.Reconciling;

/// <summary>What a check that acted has done.</summary>
internal sealed record CheckDeeds
{
    /// <summary>The state with what was done in it, and without what was written down and never tried.</summary>
    public required GroupState State { get; init; }

    /// <summary>The ledger's open entries, as they are now.</summary>
    public required ImmutableArray<Launch> OpenLaunches { get; init; }

    /// <summary>How many new launches were begun.</summary>
    public required int Begun { get; init; }

    /// <summary>How many calls the cloud took, and how many members were told to drain or to return.</summary>
    public required int Done { get; init; }

    /// <summary>Whether an instance did not end, rest or start, for a reason of its own or for want of an answer.</summary>
    public required bool AnyEndFailed { get; init; }

    /// <summary>
    /// What was done and what was not is an input like any other: decided again from it, what is so and what is left to do.
    /// </summary>
    /// <param name="assessment">What the check was made from.</param>
    /// <param name="now">The instant.</param>
    public Decision Decide(Assessment assessment, DateTimeOffset now)
    {
        var before = assessment.Decision.Input;
        return Decision.Make(before with
        {
            State = State with { CheckedAt = now },
            Slices =
            [
                .. before.Slices.Select(slice => slice with
                {
                    Owned = Counted(before, slice), OpenLaunches = OpenIn(before, slice), MayEnd = null,
                }),
            ],

            // What is left to do is set aside anew.
            SetAside = null,
            LaunchesMade = before.Spread is null ? 0 : Begun,
            Now = now,
            LookedAgain = true,
        });
    }

    /// <summary>The instances as they count by what was done with the warm pool.</summary>
    private ImmutableArray<Instance> Counted(PlanInput input, Slice slice) => State.Members == input.State.Members
        ? slice.Owned
        : PoolReading.Counted(slice.Owned, (input with { State = State }).RosterOf(slice));

    private ImmutableArray<Launch> OpenIn(PlanInput input, Slice slice)
    {
        if (input.Spread is null)
        {
            return OpenLaunches;
        }

        var known = slice.OpenLaunches.Select(launch => launch.Id).ToHashSet();
        var others = input.Slices.Where(other => other != slice)
            .SelectMany(other => other.OpenLaunches)
            .Select(launch => launch.Id)
            .ToHashSet();
        return OpenLaunches.RemoveAll(launch =>
            !known.Contains(launch.Id) && (launch.Placement != slice.Placement.Name || others.Contains(launch.Id)));
    }
}
