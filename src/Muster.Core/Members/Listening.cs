using Muster.Core.Health;

namespace Muster.Core.Members;

/// <summary>A time in which somebody listened to all that was said of instances, without a break.</summary>
/// <param name="From">From when on.</param>
/// <param name="To">Until when.</param>
public readonly record struct Listening(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>
    /// When a heartbeat has stopped for whoever listens without a break: when it ran out, and not before its whole time was listened to.
    /// Null of what is no heartbeat, or has stopped already.
    /// </summary>
    public static DateTimeOffset? EndOf(Finding finding, DateTimeOffset listensFrom)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding is not { ExpiresAt: { } expiresAt, Ttl: { } ttl })
        {
            return null;
        }

        var heardOut = listensFrom + ttl;
        return expiresAt > heardOut ? expiresAt : heardOut;
    }

    /// <summary>Whether a heartbeat has stopped: it did not come, and would have been heard.</summary>
    public bool HasHeardTheEndOf(Finding finding) => EndOf(finding, From) <= To;
}
