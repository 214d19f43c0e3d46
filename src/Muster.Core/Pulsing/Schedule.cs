using Muster.Core.Governing;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// When every sweep that this server holds, and every group, is next looked at, and who is at it. Each room has one job, and all share one
/// lock (<see cref="PulseGate"/>) and what is known of groups.
/// </summary>
internal sealed class Schedule : IDisposable
{
    private readonly PulseGate _gate;

    public Schedule(
        TimeProvider timeProvider,
        IRandomSource random,
        PulseOptions options,
        TimeSpan leaseDuration,
        Func<SweepKey, CredentialKey> credentialOf)
    {
        var groups = new KnownGroups();
        _gate = new(timeProvider);
        Sweeps = new(_gate, groups, timeProvider, options, leaseDuration, credentialOf);
        Figures = new(_gate, groups, Sweeps);
        Checks = new(_gate, groups, Sweeps, Figures, random, options);
        RunningSweeps = new(_gate, groups, Sweeps, Checks, Figures);
        Wakes = new(_gate, groups, Sweeps, Checks, options);
        Due = new(_gate, groups, Sweeps, Figures);
    }

    /// <summary>The sweeps that this server holds.</summary>
    public HeldSweeps Sweeps { get; }

    /// <summary>The sweeps that run.</summary>
    public RunningSweeps RunningSweeps { get; }

    /// <summary>The checks that run.</summary>
    public RunningChecks Checks { get; }

    /// <summary>Who has groups checked before they are due.</summary>
    public Wakes Wakes { get; }

    /// <summary>What is due now.</summary>
    public DueQueue Due { get; }

    /// <summary>What was done, and what was late.</summary>
    public PulseFigures Figures { get; }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
