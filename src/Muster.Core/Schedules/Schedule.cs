using System.Collections.Immutable;

namespace Muster.Core.Schedules;

/// <summary>When a group may be how large: a pure function of the instant, so that nothing is missed while nobody looks.</summary>
public sealed record Schedule
{
    /// <summary>The IANA name of the time zone that its windows are written in: <c>Europe/Berlin</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>Its windows; at least one. Where several are open at once, the schedule is inside.</summary>
    public required ImmutableArray<Window> Windows { get; init; }

    /// <summary>What holds while a window is open.</summary>
    public Frame Inside { get; init; } = Frame.Open;

    /// <summary>What holds while none is.</summary>
    public Frame Outside { get; init; } = Frame.Open;

    /// <summary>By content: record equality would compare the windows by reference.</summary>
    public bool Equals(Schedule? other) =>
        other is not null && Zone == other.Zone && Windows.SequenceEqual(other.Windows) && Inside == other.Inside && Outside == other.Outside;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Zone, Windows.Length, Inside, Outside);
}
