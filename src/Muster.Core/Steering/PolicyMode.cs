namespace Muster.Core.Steering;

/// <summary>How far a policy is followed.</summary>
public enum PolicyMode
{
    /// <summary>Followed both ways.</summary>
    On,

    /// <summary>
    /// Followed when it asks for more; it keeps others from going below what it recommends, and never asks for fewer itself.
    /// </summary>
    GrowOnly,

    /// <summary>Computed and shown, never followed.</summary>
    Recommend,

    /// <summary>Neither computed nor shown.</summary>
    Off,
}
