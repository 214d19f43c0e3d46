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
            [nameof(PlacementState.Counts)] = (edge, _, told) => StateEdge.CheckCounts(edge, told.Counts, $"{Path}.counts"),
            [nameof(PlacementState.FailingSince)] = (edge, known, told) => RequireMoment(
                edge, known.FailingSince, told.FailingSince, $"{Path}.failing_since"),
            [nameof(PlacementState.IsUnseen)] = (_, _, _) => { },
            [nameof(PlacementState.UnavailableAt)] = (edge, known, told) => RequireMoment(
                edge, known.UnavailableAt, told.UnavailableAt, $"{Path}.unavailable_at"),
            [nameof(PlacementState.UnavailableFor)] = (edge, _, told) => edge.Require(
                told.UnavailableFor is not { } kind || Enum.IsDefined(kind), $"{Path}.unavailable_for", null, "one of the kinds"),
            [nameof(PlacementState.Wanted)] = (edge, known, told) => edge.Require(
                told.Wanted >= 0 && told.Wanted <= Math.Max(edge.CapacityMax, known.Wanted),
                $"{Path}.wanted",
                told.Wanted,
                $"0 to {edge.CapacityMax}"),
            [nameof(PlacementState.Condition)] = (edge, _, told) => edge.Require(
                Enum.IsDefined(told.Condition), $"{Path}.condition", (int)told.Condition, "one of the conditions"),
            [nameof(PlacementState.Reason)] = (edge, _, told) => edge.Require(
                told.Reason is not null && CheckBounds.IsText(told.Reason),
                $"{Path}.reason",
                told.Reason,
                $"at most {CheckBounds.TextMax} characters"),
            [nameof(PlacementState.Owed)] = (edge, known, told) => edge.Require(
                told.Owed >= 0 && told.Owed <= Math.Max(edge.CapacityMax, known.Owed),
                $"{Path}.owed",
                told.Owed,
                $"0 to {edge.CapacityMax}"),
        }.ToImmutableDictionary();

    private static void RequireMoment(CheckEdge edge, DateTimeOffset? known, DateTimeOffset? told, string path) => edge.Require(
        told is not { } at || at == known || CheckBounds.IsRecent(at, edge.Now), path, told, "as before, or a moment of this check");

    /// <summary>Whether it is one of the group's placements, or what is left on a cloud of an earlier revision.</summary>
    private static bool IsKnown(CheckEdge edge, string name) =>
        edge.Known.Placements.Any(placement => placement.Name == name || Placement.EarlierOn(placement.Cloud) == name)
        || edge.Known.EarlierTemplates.Any(template => Placement.EarlierOn(template.Cloud) == name);

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
            told.All(placement => IsKnown(edge, placement.Name)), Path, told.Length, "no placements but the group's");

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
