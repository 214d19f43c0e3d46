using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>What is to become of one member at one source.</summary>
/// <param name="Member">Who.</param>
/// <param name="Want">What.</param>
internal sealed record Wanted(TrafficMember Member, Want Want)
{
    /// <summary>Since when it drains, of one whose end waits for that; null of all others.</summary>
    public DateTimeOffset? DrainingSince { get; init; }

    /// <summary>Whether its gate has heard already that it is empty.</summary>
    public bool IsNoted { get; init; }

    /// <summary>Why it cannot be told where it takes traffic; null where it can.</summary>
    public string? Obstacle { get; init; }
}
