using System.Diagnostics.Metrics;

using Muster.Core.Traffic;
using Muster.Server.Options;

namespace Muster.Server.Metrics;

/// <summary>What the sources of traffic of this server come to. Each figure is read when somebody asks.</summary>
internal sealed class TrafficMetrics
{
    public TrafficMetrics(IMeterFactory meters, Func<TrafficFigures> figures, ServerOptions options)
    {
        var meter = meters.Create(MusterMetrics.MeterName, options.Version);
        meter.CreateObservableGauge(
            "muster.traffic_groups", () => figures().Groups,
            description: "Groups whose instances this server takes in and out of service.");
        meter.CreateObservableGauge(
            "muster.traffic_sources_down", () => figures().SourcesDown,
            description: "Sources of traffic that do not do what at least one group needs.");
        meter.CreateObservableCounter(
            "muster.traffic_joined", () => figures().Joined, description: "Instances that were taken into service.");
        meter.CreateObservableCounter(
            "muster.traffic_drained", () => figures().Drained, description: "Instances that a source found empty.");
        meter.CreateObservableCounter(
            "muster.traffic_left", () => figures().Left, description: "Entries that sources were told to forget.");
        meter.CreateObservableCounter(
            "muster.traffic_calls_failed", () => figures().Failed,
            description: "Calls to sources of traffic that failed; they are made again.");
    }
}
