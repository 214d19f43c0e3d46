using Muster.Core.Reconciling;
using Muster.Core.Storage;

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

/// <summary>What one sweep did.</summary>
/// <param name="Sweep">Which.</param>
/// <param name="Groups">Groups checked.</param>
/// <param name="Acting">Of these, groups with something to do.</param>
/// <param name="Instances">Instances listed.</param>
/// <param name="Pages">Calls the listing took.</param>
/// <param name="Duration">From the first read to the last write; what is acted on goes on after it.</param>
public sealed record SweepReport(SweepKey Sweep, int Groups, int Acting, int Instances, int Pages, TimeSpan Duration);
