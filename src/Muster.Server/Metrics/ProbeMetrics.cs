using System.Diagnostics;
using System.Diagnostics.Metrics;

using Muster.Core.Health;
using Muster.Server.Options;

namespace Muster.Server.Metrics;

/// <summary>What the probes of this server come to. Each figure is read when somebody asks, how late they begin excepted.</summary>
internal sealed class ProbeMetrics
{
    // Beyond a second, a probe counts as late.
    private static readonly double[] LatenessSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly ProbeReason[] Reasons = Enum.GetValues<ProbeReason>();
    private static readonly Verdict[] Verdicts = Enum.GetValues<Verdict>();

    private readonly IProbeFigures _probes;

    public ProbeMetrics(IMeterFactory meters, IProbeFigures probes, ServerOptions options)
    {
        _probes = probes;
        var meter = meters.Create(MusterMetrics.MeterName, options.Version);
        meter.CreateObservableGauge(
            "muster.probe_targets", () => probes.Figures.Targets, description: "Instances that this server probes.");
        meter.CreateObservableGauge(
            "muster.probes_in_flight", () => probes.Figures.InFlight, description: "Probes that have begun and not ended.");
        meter.CreateObservableCounter("muster.probes", () => probes.Figures.Made, description: "Probes that ended with a verdict.");
        meter.CreateObservableCounter(
            "muster.probes_failed", () => By(IsInstancesOwn), description: "Probes that found something wrong, by reason.");
        meter.CreateObservableCounter(
            "muster.probes_not_made", () => By(reason => !IsInstancesOwn(reason)),
            description: "Probes that could not be made, by reason. They say nothing of the instance.");
        meter.CreateObservableCounter(
            "muster.probes_late", () => probes.Figures.Late, description: "Probes that began more than a second after their time.");
        meter.CreateObservableCounter(
            "muster.probe_connections", () => probes.Figures.Connections, description: "Connections opened for probes.");
        meter.CreateObservableGauge(
            "muster.findings", Findings,
            description: "What sources of health say of instances that this server's checks see, by verdict; each source on each is one.");
        meter.CreateObservableCounter(
            "muster.finding_writes_failed", () => probes.Figures.NotesFailed,
            description: "Writes of what probes found that failed; they are made again.");
        var lateness = meter.CreateHistogram(
            "muster.probe_lateness_seconds",
            unit: null,
            description: "How much later than due probes began.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = LatenessSeconds });
        probes.Began += late => lateness.Record(late.TotalSeconds);
    }

    /// <summary>Whether it says something of the instance, and not of this server.</summary>
    private static bool IsInstancesOwn(ProbeReason reason) => reason <= ProbeReason.Tls;

    private IEnumerable<Measurement<long>> By(Func<ProbeReason, bool> isAmong)
    {
        var counts = _probes.Figures.ByReason;
        return Reasons.Where(isAmong).Select(reason => new Measurement<long>(counts[(int)reason], Label("reason", Word(reason))));
    }

    private IEnumerable<Measurement<int>> Findings()
    {
        var counts = _probes.Figures.Findings;
        return Verdicts.Select(verdict => new Measurement<int>(counts[(int)verdict], Label("verdict", Reports.Word(verdict))));
    }

    private static string Word(ProbeReason reason) => reason switch
    {
        ProbeReason.Answer => "answer",
        ProbeReason.Timeout => "timeout",
        ProbeReason.Refused => "refused",
        ProbeReason.BrokenOff => "broken_off",
        ProbeReason.Unreachable => "unreachable",
        ProbeReason.Tls => "tls",
        ProbeReason.NoAddress => "no_address",
        ProbeReason.NoRoute => "no_route",
        ProbeReason.NoRoom => "no_room",
        ProbeReason.Other => "other",
        _ => throw new UnreachableException($"probe reason {reason}"),
    };

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
