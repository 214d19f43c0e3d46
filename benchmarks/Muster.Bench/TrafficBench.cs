using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Life;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Core.Traffic;
using Muster.Simulation.Clouds;
using Muster.Traffic.Haproxy;
using Muster.Traffic.Keeping;

using Activity = Muster.Core.Activities.Activity;

namespace Muster.Bench;

/// <summary>
/// Behind a real HAProxy, from the decision that an idle instance is to end, through its drain, to the call that ends it.
/// </summary>
internal static class TrafficBench
{
    private const int Instances = 20;
    private const int Ends = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-haproxy-").FullName;
        try
        {
            using var proxy = await StartProxyAsync(folder);
            try
            {
                return await MeasureAsync(openStore, Path.Combine(folder, "admin.sock"));
            }
            finally
            {
                proxy.Kill();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<Figure>> MeasureAsync(Func<Task<IStore>> openStore, string socket)
    {
        await using var store = await openStore();
        var kind = new HaproxyKind();
        await using var sources = new TrafficSources(new OpenSource("edge", kind, kind.Open(new()
        {
            Source = "edge",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("socket", socket),
            Time = TimeProvider.System,
        })));
        var decisions = new Decisions();
        TrafficKeeper? traffic = null;
        await using var rig = new PulseRig(store, (feed, wake) =>
        {
            traffic = new(
                sources, store, store, store, feed, wake, TimeProvider.System, new SystemRandomSource(), new(), new Silence());
            return (new SharedSightings(decisions, traffic), traffic, traffic.RunAsync);
        });
        var group = await rig.FillAsync(Instances, group => group with
        {
            Brakes = new() { TerminationsPerHourMax = 1000 },
            Traffic = new([new() { Source = "edge", Backend = "web", Port = 8080 }]),
            Drain = new() { Through = ["edge"] },
        });
        await PulseRig.UntilAsync(() => Task.FromResult(traffic!.Figures.Joined >= Instances), "all join");
        var times = new List<double>();
        for (var end = 1; end <= Ends; end++)
        {
            decisions.Times.Clear();
            var called = rig.Cloud.NextEnd();
            await rig.ChangeAsync(group, one => one with { Capacity = one.Capacity with { Desired = Instances - end } });
            var at = await called.WaitAsync(Patience, TimeProvider.System);
            times.Add(decisions.Times.TryDequeue(out var decided)
                ? Stopwatch.GetElapsedTime(decided, at).TotalMilliseconds
                : throw new InvalidOperationException("an instance ended that nobody decided about"));
        }

        times.Sort();
        var median = times[times.Count / 2];
        return
        [
            new(
                "haproxy: drain of an idle server to terminate call", median, "ms", $"{Ends} ends, slowest {times[^1]:0} ms",
                median <= 150, "≤ 150 ms"),
        ];
    }

    private static async Task<Process> StartProxyAsync(string folder)
    {
        var config = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(config, $"""
            global
                stats socket {folder}/admin.sock mode 600 level admin
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            backend web
                server-template muster {Instances} 0.0.0.0:0 disabled

            """);
        var program = File.Exists("/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy";
        var proxy = Process.Start(new ProcessStartInfo(program, ["-db", "-f", config]) { RedirectStandardError = true })!;
        var startedAt = Stopwatch.GetTimestamp();
        while (!File.Exists(Path.Combine(folder, "admin.sock")))
        {
            if (proxy.HasExited || Stopwatch.GetElapsedTime(startedAt) > Patience)
            {
                throw new InvalidOperationException("haproxy does not start");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return proxy;
    }

    /// <summary>When the engine decided last that one is to end.</summary>
    private sealed class Decisions : ISightings
    {
        public ConcurrentQueue<long> Times { get; } = [];

        public void Saw(
            GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
        {
        }

        public void Decided(GroupId group) => Times.Enqueue(Stopwatch.GetTimestamp());
    }

    private sealed class Silence : ITrafficObserver
    {
        public void OnJoined(string group, string source, InstanceId instance)
        {
        }

        public void OnEmpty(string group, string source, InstanceId instance)
        {
        }

        public void OnLeft(string group, string source, string entry)
        {
        }

        public void OnAlarm(string group, string source, string why) => Console.Error.WriteLine($"{source}: {why}");

        public void OnAlarmOver(string group, string source)
        {
        }

        public void OnStoreFailed(string group, Exception error) => Console.Error.WriteLine(error);

        public void OnBroken(string what, Exception error) => Console.Error.WriteLine(error);
    }
}
