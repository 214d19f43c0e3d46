using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>Whether a group may be acted on yet: asked before each lease.</summary>
public interface IActingGate
{
    /// <summary>
    /// Waits for what is about to be known, and returns what stands in the way of acting on the sweep's groups; null when nothing does.
    /// </summary>
    /// <param name="sweep">Which account and cloud.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<string?> ObstacleAsync(SweepKey sweep, CancellationToken cancellationToken);
}
