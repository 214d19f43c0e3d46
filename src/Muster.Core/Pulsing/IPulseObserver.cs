using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Hears what the pulse does, for logs and metrics. Called from many threads; must neither block nor throw.</summary>
public interface IPulseObserver
{
    /// <summary>A level check ended.</summary>
    void OnChecked(CheckReport report, TimeSpan duration);

    /// <summary>A sweep ended: one listing for many groups.</summary>
    void OnSwept(SweepReport report);

    /// <summary>A sweep, check or watch failed as a whole, and is tried again after a while.</summary>
    /// <param name="what">What failed, with its name.</param>
    /// <param name="error">Why. Anything but a cloud's or a store's exception is a bug.</param>
    /// <param name="retryIn">When it is tried again.</param>
    void OnFailed(string what, Exception error, TimeSpan retryIn);
}
