using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>When one account and cloud is next listed. Guarded by the pulse's gate.</summary>
internal sealed class SweepTicker(SweepKey key, int actingMax)
{
    public SweepKey Key { get; } = key;

    public TimeSpan Due { get; set; }

    public bool IsRunning { get; set; }

    /// <summary>Failures in a row; the exponent of their back-off.</summary>
    public int Failures { get; set; }

    /// <summary>Bounds the checks that act at once here.</summary>
    public SemaphoreSlim Acting { get; } = new(actingMax);
}
