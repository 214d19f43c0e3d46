namespace Muster.Core.Traffic;

/// <summary>
/// What is known of whether traffic reaches a group's instances, as whoever takes them in and out of service has found. Remembered and not
/// written: a check asks for it as it asks for prices. No I/O, no failure. Safe to share.
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
