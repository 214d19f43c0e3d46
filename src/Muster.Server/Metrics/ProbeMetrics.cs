using System.Diagnostics.Metrics;

using Muster.Core.Health;
using Muster.Server.Options;

namespace Muster.Server.Metrics;

/// <summary>What the probes of this server come to. Each figure is read when somebody asks.</summary>
internal sealed class ProbeMetrics
{
    public ProbeMetrics(IMeterFactory meters, Func<ProbeFigures> figures, ServerOptions options)
    {
        var meter = meters.Create(MusterMetrics.MeterName, options.Version);
        meter.CreateObservableGauge("muster.probe_targets", () => figures().Targets, description: "Instances that this server probes.");
        meter.CreateObservableGauge(
            "muster.probes_in_flight", () => figures().InFlight, description: "Probes that have begun and not ended.");
        meter.CreateObservableCounter("muster.probes", () => figures().Made, description: "Probes that ended with a verdict.");
        meter.CreateObservableCounter("muster.probes_failed", () => figures().Failed, description: "Probes that found something wrong.");
        meter.CreateObservableCounter(
            "muster.probes_not_made", () => figures().NotMade,
            description: "Probes that could not be made: no address, no route, no descriptor. They say nothing of the instance.");
        meter.CreateObservableCounter(
            "muster.probes_late", () => figures().Late, description: "Probes that began more than a second after their time.");
        meter.CreateObservableCounter(
            "muster.probe_connections", () => figures().Connections, description: "Connections opened for probes.");
        meter.CreateObservableCounter(
            "muster.finding_writes_failed", () => figures().NotesFailed,
            description: "Writes of what probes found that failed; they are made again.");
    }
}
