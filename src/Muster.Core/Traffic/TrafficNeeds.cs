namespace Muster.Core.Traffic;

/// <summary>What a kind of source wants a group to say. Of each: whether it must be said; null where there is nothing to say.</summary>
public sealed record TrafficNeeds
{
    /// <summary>A backend.</summary>
    public bool? Backend { get; init; }

    /// <summary>A service.</summary>
    public bool? Service { get; init; }

    /// <summary>A port, or the attribute that holds it.</summary>
    public bool? Port { get; init; }

    /// <summary>A path.</summary>
    public bool? Path { get; init; }

    /// <summary>Whether its own checks can be findings on health.</summary>
    public bool HasHealth { get; init; }
}
