namespace Muster.Health.Probes;

/// <summary>Asks one instance once whether it works.</summary>
public interface IProber
{
    /// <summary>Connections opened since the start.</summary>
    long Connections { get; }

    /// <summary>One probe; it ends within its time-out.</summary>
    /// <param name="target">Whom; never two probes of one at a time.</param>
    /// <param name="stopping">Drops it.</param>
    /// <exception cref="OperationCanceledException">It was dropped; nothing follows from it.</exception>
    ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken stopping);
}
