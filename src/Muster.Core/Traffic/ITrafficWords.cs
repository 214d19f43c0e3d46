namespace Muster.Core.Traffic;

/// <summary>
/// Whether traffic reaches a group's instances, as far as the keeper of traffic knows. It is kept in memory alone, and a check asks for it
/// as it asks for prices. No I/O, no failure. Safe to share.
/// </summary>
public interface ITrafficWords
{
    /// <summary>What is known against it.</summary>
    /// <param name="group">Which group.</param>
    /// <param name="isAwaited">
    /// Whether the group waits for the first word of sources that were not asked yet: it is to be checked again once they were.
    /// </param>
    /// <returns>Null where nothing is known against it, and where nobody here keeps the group's traffic.</returns>
    TrafficWord? Of(GroupId group, bool isAwaited);
}
