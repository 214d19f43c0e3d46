using Muster.Core;

namespace Muster.Traffic.Keeping;

/// <summary>Hears what becomes of traffic, for logs. Called from many threads; must neither block nor throw.</summary>
public interface ITrafficObserver
{
    /// <summary>An instance gets traffic.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="source">From which source.</param>
    /// <param name="instance">Which.</param>
    void OnJoined(string group, string source, InstanceId instance);

    /// <summary>An instance serves nobody any more.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="instance">Which.</param>
    void OnEmpty(string group, string source, InstanceId instance);

    /// <summary>A source has forgotten an entry.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="source">Which source.</param>
    /// <param name="entry">What the source called it.</param>
    void OnLeft(string group, string source, string entry);

    /// <summary>
    /// A source does not do what a group needs. It is tried again; told when it begins, and at most once a minute where the reason is
    /// another, until it does.
    /// </summary>
    /// <param name="group">The group's name.</param>
    /// <param name="source">Which.</param>
    /// <param name="why">Why.</param>
    void OnAlarm(string group, string source, string why);

    /// <summary>A source does again what a group needs.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="source">Which.</param>
    void OnAlarmOver(string group, string source);

    /// <summary>Something could not be read from the store, or written to it. It is tried again.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="error">Why. Anything but a store's exception is a bug.</param>
    void OnStoreFailed(string group, Exception error);

    /// <summary>Something failed that should not: a bug. The rest goes on.</summary>
    /// <param name="what">What.</param>
    /// <param name="error">How.</param>
    void OnBroken(string what, Exception error);
}
