namespace Muster.Core.Traffic;

/// <summary>What a source does with a member.</summary>
public enum TrafficState
{
    /// <summary>It gets traffic, or would if the source's own checks found that it works.</summary>
    Joined,

    /// <summary>It gets nothing new.</summary>
    Draining,

    /// <summary>It gets nothing at all.</summary>
    Out,
}
