using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Planning;

/// <summary>All that a plan depends on: the same input gives the same plan.</summary>
public sealed record PlanInput
{
    /// <summary>What the user wants.</summary>
    public required Group Group { get; init; }

    /// <summary>The engine's memory of the group: brakes and recent acts, and the same of each placement.</summary>
    public required GroupState State { get; init; }

    /// <summary>
    /// The group's parts, each with what was seen of it; at least one, in the order in which they may spend what the group's brakes allow.
    /// </summary>
    public required ImmutableArray<Slice> Slices { get; init; }

    /// <summary>When something else is wanted by itself, since a claim ends; null for never.</summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>The one instant that all rules see.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether this is the second look, so that what it shows is believed.</summary>
    public bool LookedAgain { get; init; }

    /// <summary>What keeps the check from doing anything at all, in words; null for nothing. What it would have done is told.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The only instances that may be terminated, since the first look said so too; null for no such limit.</summary>
    public ImmutableHashSet<InstanceId>? MayEnd { get; init; }
}
