using System.Collections.Immutable;
using System.Diagnostics.Metrics;

using Muster.Core.Checks;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Server.Activities;
using Muster.Server.Checks;
using Muster.Server.Options;

namespace Muster.Server.Metrics;

/// <summary>Muster's own figures. Each is read when somebody asks, so that nothing is counted twice.</summary>
/// <remarks>Prometheus sees them with <c>_</c> for the dots and <c>_total</c> behind the counters: <c>muster_checks_total</c>.</remarks>
internal sealed class MusterMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Muster";

    // From what nobody notices to several intervals.
    private static readonly double[] LatenessSeconds = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

    private static readonly ImmutableArray<string> Outcomes =
        [.. Enum.GetValues<CheckOutcome>().Select(outcome => CheckRunViews.Word(outcome)), CheckRunViews.Word(null)];

    private readonly long[] _outcomes = new long[Outcomes.Length];
    private readonly IPulse _pulse;
    private readonly TimeProvider _timeProvider;

    public MusterMetrics(IMeterFactory meters, IPulse pulse, EventStreams streams, ServerOptions options, TimeProvider timeProvider)
    {
        _pulse = pulse;
        _timeProvider = timeProvider;
        var meter = meters.Create(MeterName, options.Version);

        meter.CreateObservableGauge(
            "muster.build_info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", options.Version)),
            description: "Always 1; the version is in the label.");
        meter.CreateObservableGauge("muster.groups", () => pulse.Status.Groups, description: "Living groups.");
        meter.CreateObservableGauge("muster.checks_in_flight", () => pulse.Status.ChecksInFlight, description: "Groups being checked now.");
        meter.CreateObservableCounter("muster.checks", () => pulse.Status.Checks, description: "Level checks finished.");
        meter.CreateObservableCounter("muster.checks_late", () => pulse.Status.ChecksLate,
            description: "Level checks that began, or waited for the right to call, later than their interval allows.");
        MeterChecks(meter);
        meter.CreateObservableGauge("muster.groups_overdue", () => pulse.GroupsMissed,
            description: "Groups whose last check is longer ago than their interval and a grace; by the server that keeps Nomad's jobs.");
        meter.CreateObservableGauge("muster.groups_below_level", () => pulse.GroupsBelow,
            description: "Groups of which fewer instances ran at their last check than there must be.");
        meter.CreateObservableGauge("muster.groups_mostly_unhealthy", () => pulse.GroupsMostlyUnhealthy,
            description: "Groups of which most instances are unhealthy at once: none is replaced, unless the group says otherwise.");
        meter.CreateObservableCounter("muster.sweeps", () => pulse.Status.Sweeps, description: "Sweeps finished.");
        meter.CreateObservableGauge("muster.servers", () => pulse.Status.Servers, description: "Servers that live and share the store.");
        meter.CreateObservableGauge("muster.sweeps_known", () => pulse.Status.SweepsKnown,
            description: "Sweeps of the installation: each account and cloud with groups, on any server.");
        meter.CreateObservableGauge("muster.sweeps_held", () => pulse.Status.SweepsHeld, description: "Sweeps that this server makes.");
        meter.CreateObservableGauge(
            "muster.sweeps_due", () => pulse.Status.SweepsDue, description: "Sweeps of these that are due and wait to begin.");
        meter.CreateObservableCounter("muster.sweeps_late", () => pulse.Status.SweepsLate,
            description: "Sweeps that began, or waited for the right to call, later than their interval allows.");
        meter.CreateObservableGauge("muster.machine_clock_ahead_seconds", () => pulse.Status.MachineAhead.TotalSeconds,
            description: "Seconds by which this machine's clock is ahead of the store's; negative when behind.");
        meter.CreateObservableGauge("muster.last_sweep_timestamp_seconds", LastSweep,
            description: "When the last sweep ended, in seconds since 1970; nothing before the first.");
        meter.CreateObservableGauge("muster.event_streams", () => streams.Open, description: "Followers of events.");

        meter.CreateObservableCounter("muster.cloud_calls", Calls, description: "Calls to a cloud, by kind: read or write.");
        meter.CreateObservableCounter("muster.cloud_calls_throttled", () => PerCloud(calls => calls.Throttled),
            description: "Times a cloud said that there were too many calls.");
        meter.CreateObservableCounter("muster.cloud_calls_failed", () => PerCloud(calls => calls.Failed),
            description: "Calls to a cloud that failed for any other reason.");
        meter.CreateObservableGauge("muster.cloud_calls_waiting", () => PerCloud(calls => (long)calls.Waiting),
            description: "Calls that wait for budget now.");
        meter.CreateObservableGauge("muster.cloud_closed_seconds", () => PerCloud(ClosedSeconds),
            description: "Seconds for which nobody calls a cloud, because it said so; 0 when open.");
    }

    /// <summary>Fed as checks end: neither can be asked for. Outcomes begin at 0, so that the first of a kind is seen as a rise.</summary>
    private void MeterChecks(Meter meter)
    {
        var lateness = meter.CreateHistogram(
            "muster.check_lateness_seconds",
            unit: null,
            description: "How much later than due level checks started, those that were due at a time.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = LatenessSeconds });
        meter.CreateObservableCounter(
            "muster.check_outcomes",
            () => _outcomes.Select((count, i) => new Measurement<long>(count, Label("outcome", Outcomes[i]))),
            description: "Level checks by how they ended.");
        _pulse.History.Told += run =>
        {
            Interlocked.Increment(ref _outcomes[Outcomes.IndexOf(CheckRunViews.Word(run.Outcome))]);
            if (run.Lateness is { } late)
            {
                lateness.Record(late.TotalSeconds);
            }
        };
    }

    private IEnumerable<Measurement<double>> LastSweep() =>
        _pulse.Status.LastSweepAt is { } at ? [new(at.ToUnixTimeMilliseconds() / 1000.0)] : [];

    private IEnumerable<Measurement<long>> Calls() => _pulse.Status.Clouds.SelectMany(calls => new Measurement<long>[]
    {
        new(calls.Reads, Label("cloud", calls.Cloud), Label("kind", "read")),
        new(calls.Writes, Label("cloud", calls.Cloud), Label("kind", "write")),
    });

    private IEnumerable<Measurement<T>> PerCloud<T>(Func<CallFigures, T> figure) where T : struct =>
        _pulse.Status.Clouds.Select(calls => new Measurement<T>(figure(calls), Label("cloud", calls.Cloud)));

    private double ClosedSeconds(CallFigures calls) =>
        calls.ClosedUntil is { } until ? Math.Max(0, (until - _timeProvider.GetUtcNow()).TotalSeconds) : 0;

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
