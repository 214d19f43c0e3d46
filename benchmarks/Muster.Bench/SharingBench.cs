using System.Diagnostics;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;

using Activity = Muster.Core.Activities.Activity;

namespace Muster.Bench;

/// <summary>How many more sweeps three servers make than one, on one PostgreSQL, of a cloud whose latency dominates.</summary>
internal static class SharingBench
{
    private const int Accounts = 120;
    private const int Servers = 3;
    private const int SweepsInFlightMax = 8;
    private const double RatioMin = 2.5;

    /// <summary>Short, so that every sweep is always due: what is measured is how many can be made.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ListLatency = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    /// <summary>Measures one server, then three.</summary>
    /// <param name="openStore">Opens one more store on the same database.</param>
    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        var random = new SystemRandomSource();
        var cloud = new SimulatedCloud("sim", EngineRig.Traits, new FairWeather(pageLatency: ListLatency), TimeProvider.System);
        await using (var store = await openStore())
        {
            await FillAsync(store, cloud, random);
        }

        var one = await MeasureAsync(1, openStore, cloud, random);
        var three = await MeasureAsync(Servers, openStore, cloud, random);
        return
        [
            new(
                $"sweeps of {Servers} servers on one PostgreSQL, {Accounts} accounts, {ListLatency.TotalMilliseconds:0} ms a list, "
                + $"{SweepsInFlightMax} in flight each",
                three, "a second", $"one server {one:0.0}, ratio {three / one:0.00}", three / one >= RatioMin, $"ratio ≥ {RatioMin}"),
        ];
    }

    private static async Task FillAsync(IStore store, SimulatedCloud cloud, SystemRandomSource random)
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var number = 0; number < Accounts; number++)
        {
            var account = await store.EnsureAccountAsync(
                new() { Id = new(random.NextId()), Name = $"account-{number}", CreatedAt = now }, CancellationToken.None);
            await FillAsync(store, cloud, account, random);
        }
    }

    private static async Task FillAsync(IStore store, SimulatedCloud cloud, Account account, SystemRandomSource random)
    {
        var now = TimeProvider.System.GetUtcNow();
        var template = new Core.Templates.Template
        {
            Id = new(random.NextId()), Account = account.Id, Name = "bench", Cloud = "sim", Image = "image", CreatedAt = now,
        };
        await store.AddTemplateAsync(template, CancellationToken.None);
        var group = new Group
        {
            Id = new(random.NextId()), Account = account.Id, Name = "web", Template = template.Id, Interval = Interval,
            Capacity = new() { Desired = 1, Min = 0, Max = 10 }, Version = 1, CreatedAt = now, UpdatedAt = now,
        };
        var created = new Activity
        {
            Id = new(random.NextId()), Account = account.Id, Group = group.Id, Type = ActivityType.Change,
            Status = ActivityStatus.Succeeded, Description = "created", FirstAt = now, LastAt = now,
        };
        await store.AddGroupAsync(group, created, CancellationToken.None);
        cloud.Place($"web-{account.Name}", InstanceTags.For(store.Installation, group, template, new(random.NextId())));
    }

    private static async Task<double> MeasureAsync(
        int servers, Func<Task<IStore>> openStore, SimulatedCloud cloud, SystemRandomSource random)
    {
        var running = new List<BenchServer>();
        for (var number = 0; number < servers; number++)
        {
            running.Add(new(await openStore(), cloud, random, number));
        }

        running.ForEach(server => server.Start());
        while (running.Any(server => server.Held != Accounts / servers))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        var before = running.Sum(server => server.Swept);
        var startedAt = Stopwatch.GetTimestamp();
        await Task.Delay(Length, TimeProvider.System);
        var perSecond = (running.Sum(server => server.Swept) - before) / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        foreach (var server in running)
        {
            await server.DisposeAsync();
        }

        return perSecond;
    }

    /// <summary>One server's engine with a store and a governor of its own, as in a process of its own.</summary>
    private sealed class BenchServer : IPulseObserver, ICloudDirectory, IAsyncDisposable
    {
        private readonly IStore _store;
        private readonly Pulse _pulse;
        private readonly CancellationTokenSource _stop = new();
        private readonly int _number;
        private Task _running = Task.CompletedTask;
        private int _swept;

        public BenchServer(IStore store, SimulatedCloud cloud, SystemRandomSource random, int number)
        {
            _store = store;
            _number = number;
            Entries = [new("sim", "simulated", GovernedCloud.Over("sim", cloud, TimeProvider.System))];
            var timeProvider = new StoreTime(TimeProvider.System);
            var reconciler = new Reconciler(
                store, timeProvider, random, new Core.Launching.RandomLaunchIdentities(random), new(), $"bench-{random.NextId():N}");
            _pulse = new(
                store, this, reconciler, new ActivityFeed(), timeProvider, random, new() { SweepsInFlightMax = SweepsInFlightMax }, this);
        }

        public IReadOnlyList<CloudEntry> Entries { get; }

        public int Held => _pulse.Status.SweepsHeld;

        public int Swept => Volatile.Read(ref _swept);

        public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

        /// <summary>Each account's own, so that each sweep costs a listing.</summary>
        public CredentialKey CredentialOf(AccountId account, string name) => new(name, account);

        public void Start() => _running = _pulse.RunAsync(new($"bench-{_number}", "0"), _stop.Token);

        public void OnChecked(CheckReport report, TimeSpan duration)
        {
        }

        public void OnSwept(SweepReport report) => Interlocked.Increment(ref _swept);

        public void OnFailed(string what, Exception error, TimeSpan retryIn) => Console.Error.WriteLine($"{what} failed: {error}");

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
            _pulse.Dispose();
            await _store.DisposeAsync();
        }
    }
}
