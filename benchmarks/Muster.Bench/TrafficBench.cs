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
        await using var rig = new Rig(store, socket);
        var group = await rig.FillAsync();
        await Rig.UntilAsync(() => rig.Traffic.Figures.Joined >= Instances, "all join");
        var times = new List<double>();
        for (var end = 1; end <= Ends; end++)
        {
            times.Add(await rig.EndOneAsync(group, Instances - end));
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

    /// <summary>The real engine with the real keeper of traffic, over a cloud that only pretends.</summary>
    private sealed class Rig : IPulseObserver, ICloudDirectory, ISightings, IAsyncDisposable
    {
        private readonly SystemRandomSource _random = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<long> _decided = [];
        private readonly AddressedCloud _cloud;
        private readonly IStore _store;
        private readonly Pulse _pulse;
        private readonly TrafficSources _sources;
        private readonly Task _running;

        public Rig(IStore store, string socket)
        {
            _store = store;
            _cloud = new(new("sim", EngineRig.Traits, new FairWeather(TimeSpan.Zero), TimeProvider.System));
            Entries = [new("sim", "simulated", GovernedCloud.Over("sim", _cloud, TimeProvider.System))];
            var kind = new HaproxyKind();
            _sources = new(new OpenSource("edge", kind, kind.Open(new()
            {
                Source = "edge",
                Options = ImmutableSortedDictionary<string, string>.Empty.Add("socket", socket),
                Time = TimeProvider.System,
            })));
            var feed = new ActivityFeed();
            Traffic = new(
                _sources, store, store, store, feed, group => _pulse!.Wake(group), TimeProvider.System, _random, new(), new Silence());
            var reconciler = new Reconciler(
                store, TimeProvider.System, _random, new RandomLaunchIdentities(_random), new(), "bench",
                sightings: new SharedSightings(this, Traffic));
            _pulse = new(store, this, reconciler, feed, new(TimeProvider.System), _random, new(), this);
            _running = Task.WhenAll(_pulse.RunAsync(new("bench", "bench"), _stop.Token), Traffic.RunAsync(_stop.Token));
        }

        public TrafficKeeper Traffic { get; }

        public IReadOnlyList<CloudEntry> Entries { get; }

        public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

        public void Saw(
            GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
        {
        }

        public void Decided(GroupId group) => _decided.Enqueue(Stopwatch.GetTimestamp());

        public void OnChecked(CheckReport report, TimeSpan duration)
        {
        }

        public void OnSwept(SweepReport report)
        {
        }

        public void OnFailed(string what, Exception error, TimeSpan retryIn) => Console.Error.WriteLine($"{what} failed: {error}");

        public async Task<GroupId> FillAsync()
        {
            var now = TimeProvider.System.GetUtcNow();
            var account = await _store.EnsureAccountAsync(
                new() { Id = new(_random.NextId()), Name = "default", CreatedAt = now }, CancellationToken.None);
            var template = new Template
            {
                Id = new(_random.NextId()), Account = account.Id, Name = "bench", Cloud = "sim", Image = "image", CreatedAt = now,
            };
            await _store.AddTemplateAsync(template, CancellationToken.None);
            var group = new Group
            {
                Id = new(_random.NextId()),
                Account = account.Id,
                Name = "web",
                Template = template.Id,
                Capacity = new() { Desired = Instances, Min = 0, Max = Instances },
                Brakes = new() { TerminationsPerHourMax = 1000 },
                Traffic = new([new() { Source = "edge", Backend = "web", Port = 8080 }]),
                Drain = new() { Through = ["edge"] },
                Version = 1,
                CreatedAt = now,
                UpdatedAt = now,
            };
            await _store.AddGroupAsync(group, Change(group), CancellationToken.None);
            for (var i = 0; i < Instances; i++)
            {
                _cloud.Inner.Place($"web-{i}", InstanceTags.For(_store.Installation, group, template, new(_random.NextId())));
            }

            _pulse.Wake(group.Id);
            return group.Id;
        }

        /// <summary>Has the group one less, and measures from the decision that is made of it to the call.</summary>
        public async Task<double> EndOneAsync(GroupId id, int desired)
        {
            _decided.Clear();
            var called = _cloud.NextEnd();
            var group = (await _store.FindGroupAsync(id, CancellationToken.None))!.Group;
            group = group with
            {
                Capacity = group.Capacity with { Desired = desired },
                Version = group.Version + 1,
                UpdatedAt = TimeProvider.System.GetUtcNow(),
            };
            await _store.UpdateGroupAsync(group, Change(group), CancellationToken.None);
            _pulse.Wake(id);
            var at = await called.WaitAsync(Patience, TimeProvider.System);
            return _decided.TryDequeue(out var decided)
                ? Stopwatch.GetElapsedTime(decided, at).TotalMilliseconds
                : throw new InvalidOperationException("an instance ended that nobody decided about");
        }

        public static async Task UntilAsync(Func<bool> condition, string what)
        {
            var startedAt = Stopwatch.GetTimestamp();
            while (!condition())
            {
                if (Stopwatch.GetElapsedTime(startedAt) > Patience)
                {
                    throw new TimeoutException($"not in time: {what}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            Traffic.Dispose();
            _pulse.Dispose();
            await _sources.DisposeAsync();
            _stop.Dispose();
        }

        private Activity Change(Group group) => new()
        {
            Id = new(_random.NextId()),
            Account = group.Account,
            Group = group.Id,
            Type = ActivityType.Change,
            Status = ActivityStatus.Succeeded,
            Description = "bench",
            FirstAt = group.UpdatedAt,
            LastAt = group.UpdatedAt,
        };
    }

    /// <summary>Gives each instance an address of its own, and tells when one is called to end.</summary>
    /// <param name="inner">The cloud.</param>
    private sealed class AddressedCloud(SimulatedCloud inner) : ICloud
    {
        private readonly ConcurrentDictionary<InstanceId, int> _numbers = [];
        private TaskCompletionSource<long> _ended = NewSignal();
        private int _last;

        public SimulatedCloud Inner => inner;

        public CloudTraits Traits => inner.Traits;

        public Task<long> NextEnd() => (_ended = NewSignal()).Task;

        public async IAsyncEnumerable<InstancePage> ListAsync(
            InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var page in inner.ListAsync(filter, cancellationToken))
            {
                yield return page with { Instances = [.. page.Instances.Select(WithAddress)] };
            }
        }

        public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
            WithAddress(await inner.LaunchAsync(request, cancellationToken));

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
        {
            _ended.TrySetResult(Stopwatch.GetTimestamp());
            return inner.TerminateAsync(instance, cancellationToken);
        }

        public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
            inner.CheckAsync(template, cancellationToken);

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            inner.WatchAsync(installation, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private Instance WithAddress(Instance instance)
        {
            var number = _numbers.GetOrAdd(instance.Id, _ => Interlocked.Increment(ref _last));
            var address = string.Create(CultureInfo.InvariantCulture, $"127.2.{number / 250}.{(number % 250) + 1}");
            return instance with { Addresses = [address] };
        }

        private static TaskCompletionSource<long> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
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
