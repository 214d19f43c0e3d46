using Muster.Core;
using Muster.Core.Health;

namespace Muster.Health.Keeping;

/// <summary>Hears what probes come to, for logs. Called from many threads; must neither block nor throw.</summary>
public interface IHealthObserver
{
    /// <summary>What is thought of an instance changed.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="instance">Which.</param>
    /// <param name="verdict">What is thought now.</param>
    /// <param name="why">Why; null of one that is healthy.</param>
    void OnVerdict(string group, InstanceId instance, Verdict verdict, string? why);

    /// <summary>Findings could not be written; they are kept, and written later.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="findings">How many.</param>
    /// <param name="error">Why. Anything but a store's exception, or that of what is too much, is a bug.</param>
    /// <param name="retryIn">When it is tried again; null when the server stops, and whoever probes next finds it again.</param>
    void OnWriteFailed(string group, int findings, Exception error, TimeSpan? retryIn);

    /// <summary>A group could not be looked at to learn which instances there are to probe; it is tried again.</summary>
    /// <param name="what">Which look.</param>
    /// <param name="error">Why.</param>
    void OnLookFailed(string what, Exception error);

    /// <summary>Something failed that should not: a bug. The probes go on.</summary>
    /// <param name="what">What.</param>
    /// <param name="error">How.</param>
    void OnBroken(string what, Exception error);
}
