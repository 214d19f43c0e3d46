using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Tells whoever listens for silence that the store was away: then reports may be lost that other servers were told.</summary>
/// <param name="observer">Hears everything as well.</param>
/// <param name="missed">Hears of the trouble.</param>
internal sealed class StoreTroubleWatch(IPulseObserver observer, Action missed) : IPulseObserver
{
    /// <inheritdoc/>
    public void OnChecked(CheckReport report, TimeSpan duration) => observer.OnChecked(report, duration);

    /// <inheritdoc/>
    public void OnSwept(SweepReport report) => observer.OnSwept(report);

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
        if (IsTrouble(error))
        {
            missed();
        }

        observer.OnFailed(what, error, retryIn);
    }

    private static bool IsTrouble(Exception error) => error is StoreException store
        && (store.Kind is StoreErrorKind.Unavailable or StoreErrorKind.Ambiguous or StoreErrorKind.Full or StoreErrorKind.Unusable);
}
