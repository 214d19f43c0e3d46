namespace Muster.Nomad.Reconciling;

/// <summary>What came of having a group checked at once.</summary>
public enum HurryOutcome
{
    /// <summary>A check began that knows the change.</summary>
    Forced,

    /// <summary>A check runs that began before the change, or somebody changed the job at the same time: to be tried again soon.</summary>
    Busy,

    /// <summary>The group lives no more.</summary>
    Gone,
}
