using System.Collections.Frozen;

using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may change what is so with a placement, member by member: a test compares the names.</summary>
internal static class PlacementEdge
{
    private const string Path = "record.state.placements";

    /// <summary>Each placement of the group, and what is left on a cloud of each.</summary>
    private const int CountMax = 2 * Layout.PlacementsMax;

    /// <summary>The rule of each member of <see cref="PlacementState"/>; those without one are no more than a word.</summary>
    public static FrozenDictionary<string, Action<CheckEdge, PlacementState, PlacementState>> Rules { get; } =
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
            [nameof(PlacementState.Cloud)] = (edge, _, told) => edge.Require(
                told.Cloud is null or { Length: > 0 and <= CheckBounds.NameMax }, $"{Path}.cloud", told.Cloud, "a cloud's name"),
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
        }.ToFrozenDictionary();

    private static void RequireMoment(CheckEdge edge, DateTimeOffset? known, DateTimeOffset? told, string path) => edge.Require(
        told is not { } at || at == known || CheckBounds.IsRecent(at, edge.Now), path, told, "as before, or a moment of this check");

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

        edge.Require(told.Length <= CountMax, Path, told.Length, $"at most {CountMax} placements");

        // A user may have given the group others meanwhile: what was read is judged by itself, and what is missing belongs to them. Of a
        // group that has one, what is left out is as if it were new: by the same rules its brakes may be forgotten, or not.
        var isAlone = edge.Known.Group.Layout is null && told.All(placement => placement.Name == Placement.Only);
        var names = told.Select(placement => placement.Name);
        foreach (var name in isAlone ? names.Append(Placement.Only).Distinct() : names)
        {
            // One that is on another cloud now is another, and as if it were new.
            var (before, after) = (known.Of(name), edge.Told.State.Of(name));
            var isSame = before.Cloud is null || before.Cloud == after.Cloud
                || (after.Cloud is null && after.Breaker != Launches.LaunchBreaker.Closed);
            before = isSame ? before : new() { Name = name };
            foreach (var rule in Rules.Values)
            {
                rule(edge, before, after);
            }
        }
    }
}
