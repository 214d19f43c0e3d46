using Muster.Core.Instances;

namespace Muster.Core.Orphans;

/// <summary>Why an instance is nobody's.</summary>
public enum OrphanReason
{
    /// <summary>The store knows no group of that id.</summary>
    GroupUnknown,

    /// <summary>Its group was deleted.</summary>
    GroupArchived,

    /// <summary>Its group lives, and the store knows nothing of the launch that made it: the group counts it.</summary>
    LaunchUnknown,
}

/// <summary>
/// An instance with this installation's tags that no living group of the store owns, or whose launch the store does not know.
/// </summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="Instance">As listed.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsStranger">
/// Whether the store shows no trace of it, though Muster writes each launch down before it makes it: the store is older than the instance.
/// </param>
public sealed record Orphan(string Cloud, Instance Instance, OrphanReason Reason, bool IsStranger)
{
    /// <summary>What it is called among those of all clouds.</summary>
    public string Key => $"{Cloud}/{Instance.Id}";
}
