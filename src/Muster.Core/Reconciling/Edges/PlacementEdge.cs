using System.Collections.Immutable;

using Muster.Core.Placements;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may change what is so with a placement, member by member: a test compares the names.</summary>
internal static class PlacementEdge
{
    private const string Path = "record.state.placements";

    /// <summary>The rule of each member of <see cref="PlacementState"/>; those without one are no more than a word.</summary>
    public static ImmutableDictionary<string, Action<CheckEdge, PlacementState, PlacementState>> Rules { get; } =
        new Dictionary<string, Action<CheckEdge, PlacementState, PlacementState>>
        {
            [nameof(PlacementState.Name)] = (_, _, _) => { },
            [nameof(PlacementState.EstablishedLevel)] = (edge, known, told) => edge.Require(
                told.EstablishedLevel is var level && level >= 0 && level <= Math.Max(edge.CapacityMax, known.EstablishedLevel),
                $"{Path}.established_level",
                told.EstablishedLevel,
                $"0 to {edge.CapacityMax}"),
            [nameof(PlacementState.Breaker)] = (edge, known, told) => BreakerEdge.Check(edge, known.Breaker, told.Breaker),
            [nameof(PlacementState.MassFailure)] = (_, _, _) => { },

            // A check that acts sets it back at its first step, so that its last one may count from before: the wait that
            // follows has its own bound.
            [nameof(PlacementState.FailuresInRow)] = (edge, known, told) =>
            {
                var failures = told.FailuresInRow;
                edge.Require(
                    failures is >= 0 and <= CheckBounds.FailuresMax,
                    $"{Path}.failures_in_row",
                    failures,
                    $"0 to {CheckBounds.FailuresMax}");
                edge.RequireFrom(
                    edge.IsLeased || failures <= known.FailuresInRow + 1,
                    $"{Path}.failures_in_row",
                    failures,
                    "one more than before at most");
            },
        }.ToImmutableDictionary();

    public static void Check(CheckEdge edge)
    {
        var (known, told) = (edge.Known.State, edge.Told.State.Placements);
        var isWhole = !told.IsDefault
            && told.All(placement => placement is { Breaker: not null, Name.Length: > 0 and <= CheckBounds.NameMax })
            && told.DistinctBy(placement => placement.Name).Count() == told.Length;
        edge.Require(isWhole, Path, told.IsDefault ? null : told.Length, "each placement of the group once");
        if (!isWhole)
        {
            return;
        }

        edge.Require(
            told.All(placement => placement.Name == edge.Known.Placement.Name), Path, told.Length, "no placements but the group's");

        // One that is left out is as if it were new: by the same rules its brakes may be forgotten, or not.
        foreach (var name in known.Placements.Concat(told).Select(placement => placement.Name).Distinct().ToList())
        {
            foreach (var rule in Rules.Values)
            {
                rule(edge, known.Of(name), edge.Told.State.Of(name));
            }
        }
    }
}
