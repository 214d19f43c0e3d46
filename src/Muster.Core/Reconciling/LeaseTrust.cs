namespace Muster.Core.Reconciling;

/// <summary>How long whoever holds a lease may be sure of it without asking the store.</summary>
internal static class LeaseTrust
{
    // A process that was paused wakes up with its clock behind: trust ends before the lease does.
    private const double Share = 0.8;

    /// <summary>How long trust lasts from the moment when the lease was last asked for.</summary>
    public static TimeSpan Of(TimeSpan duration) => duration * Share;

    /// <summary>Whether nobody else can have taken it.</summary>
    /// <param name="askedAt">The timestamp right before the call that took or renewed it.</param>
    /// <param name="duration">How long it lasts.</param>
    /// <param name="timeProvider">Monotonic.</param>
    public static bool Holds(long askedAt, TimeSpan duration, TimeProvider timeProvider) =>
        timeProvider.GetElapsedTime(askedAt) < Of(duration);
}
