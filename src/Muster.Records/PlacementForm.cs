using System.Collections.Immutable;

using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="PlacementState"/> beside those of its group. That of a group's only placement stands in the group's own row, as
/// before there were others.
/// </summary>
public sealed record PlacementForm(string Name, int EstablishedLevel, BreakerForm? Breaker, bool MassFailure, int FailuresInRow)
{
    private static readonly PlacementState Fresh = new();

    /// <summary>The forms of all but the only placement; null of none.</summary>
    public static PlacementForm[]? OfOthers(ImmutableArray<PlacementState> placements)
    {
        var others = placements.Where(placement => placement.Name != Placement.Only).ToList();
        return others.Count == 0
            ? null
            : [.. others.Select(placement => new PlacementForm(
                placement.Name,
                placement.EstablishedLevel,
                BreakerForm.Of(placement.Breaker),
                placement.MassFailure,
                placement.FailuresInRow))];
    }

    /// <summary>All placements: the only one, unless there is nothing to say of it, and these.</summary>
    public static ImmutableArray<PlacementState> ToValue(PlacementState only, PlacementForm[]? others)
    {
        ImmutableArray<PlacementState> first = only == Fresh ? [] : [only];
        return others is null ? first : first.AddRange(Forms.Each(others).Select(form => form.ToValue()));
    }

    private PlacementState ToValue() => new()
    {
        Name = Name,
        EstablishedLevel = EstablishedLevel,
        Breaker = BreakerForm.ToValue(Breaker),
        MassFailure = MassFailure,
        FailuresInRow = FailuresInRow,
    };
}
