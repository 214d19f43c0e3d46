using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="PlacementState"/> beside those of its group. What the first ones had of a group's only placement stands in the
/// group's own row, as before there were others; it is here too where there is more to say of it. The rest is left out where there is
/// nothing to say.
/// </summary>
public sealed record PlacementForm(
    string Name,
    int EstablishedLevel,
    BreakerForm? Breaker,
    bool MassFailure,
    int FailuresInRow,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CountsForm? Counts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? FailingSinceUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsUnseen = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UnavailableAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CloudErrorKind? UnavailableFor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Owed = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cloud = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Wanted = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GroupCondition? Condition = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    private static readonly PlacementState Fresh = new();

    /// <summary>The forms of all but an only placement of which the group's row says everything; null of none.</summary>
    public static PlacementForm[]? OfOthers(ImmutableArray<PlacementState> placements)
    {
        List<PlacementForm>? others = null;
        foreach (var placement in placements)
        {
            if (placement.Name != Placement.Only || SaysMore(placement))
            {
                others ??= new(placements.Length);
                others.Add(Of(placement));
            }
        }

        return others?.ToArray();
    }

    /// <summary>All placements: the only one, unless there is nothing to say of it, and these.</summary>
    /// <param name="only">What the group's row says of the only one.</param>
    /// <param name="others">The forms, or nothing.</param>
    public static ImmutableArray<PlacementState> ToValue(PlacementState only, PlacementForm[]? others)
    {
        ImmutableArray<PlacementState> first = only == Fresh ? [] : [only];
        if (others is null)
        {
            return first;
        }

        ImmutableArray<PlacementState> all = [.. Forms.Each(others).Select(form => form.ToValue())];
        return all.Any(placement => placement.Name == Placement.Only) ? all : first.AddRange(all);
    }

    private static bool SaysMore(PlacementState placement) => placement != new PlacementState
    {
        Name = placement.Name,
        EstablishedLevel = placement.EstablishedLevel,
        Breaker = placement.Breaker,
        MassFailure = placement.MassFailure,
        FailuresInRow = placement.FailuresInRow,
    };

    private static PlacementForm Of(PlacementState placement) => new(
        placement.Name,
        placement.EstablishedLevel,
        BreakerForm.Of(placement.Breaker),
        placement.MassFailure,
        placement.FailuresInRow,
        CountsForm.Of(placement.Counts),
        Microseconds.From(placement.FailingSince),
        placement.IsUnseen,
        Microseconds.From(placement.UnavailableAt),
        placement.UnavailableFor,
        placement.Owed,
        placement.Cloud,
        placement.Wanted,
        placement.Condition == Fresh.Condition ? null : placement.Condition,
        placement.Reason == Fresh.Reason ? null : placement.Reason);

    private PlacementState ToValue() => new()
    {
        Name = Name,
        EstablishedLevel = EstablishedLevel,
        Breaker = BreakerForm.ToValue(Breaker),
        MassFailure = MassFailure,
        FailuresInRow = FailuresInRow,
        Counts = CountsForm.ToValue(Counts),
        FailingSince = Microseconds.ToTime(FailingSinceUs),
        IsUnseen = IsUnseen,
        UnavailableAt = Microseconds.ToTime(UnavailableAtUs),
        UnavailableFor = UnavailableFor,
        Owed = Owed,
        Cloud = Cloud,
        Wanted = Wanted,
        Condition = Condition ?? Fresh.Condition,
        Reason = Reason ?? Fresh.Reason,
    };
}

/// <summary>The form of <see cref="InstanceCounts"/>; kinds of which there are none are left out.</summary>
public sealed record CountsForm(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Running = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Provisioning = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Pending = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Dead = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Terminating = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unknown = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unhealthy = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Draining = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Warm = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Warming = 0)
{
    /// <summary>The form; null where there are none at all.</summary>
    public static CountsForm? Of(InstanceCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return counts.Any
            ? new(
                counts.Running, counts.Provisioning, counts.Pending, counts.Dead, counts.Terminating, counts.Unknown, counts.Unhealthy,
                counts.Draining, counts.Warm, counts.Warming)
            : null;
    }

    /// <summary>The counts of a form, or of nothing.</summary>
    public static InstanceCounts ToValue(CountsForm? form) => form is null
        ? new()
        : new()
        {
            Running = form.Running,
            Provisioning = form.Provisioning,
            Pending = form.Pending,
            Dead = form.Dead,
            Terminating = form.Terminating,
            Unknown = form.Unknown,
            Unhealthy = form.Unhealthy,
            Draining = form.Draining,
            Warm = form.Warm,
            Warming = form.Warming,
        };
}
