using Muster.Core.Health;

namespace Muster.Server.Tests.Support;

/// <summary>Figures of probes as a test sets them.</summary>
internal sealed class SetProbes : IProbeFigures
{
    public event Action<TimeSpan>? Began;

    public ProbeFigures Figures { get; set; } = new(0, 0, 0, 0, 0, 0, 0, 0)
    {
        ByReason = [.. new long[Enum.GetValues<ProbeReason>().Length]],
        Findings = [.. new int[Enum.GetValues<Verdict>().Length]],
    };

    public void Begin(TimeSpan late) => Began?.Invoke(late);
}
