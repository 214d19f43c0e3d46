using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

namespace Muster.Bench;

/// <summary>The real engine over a store and two simulated clouds: one where the group belongs, whose stock may end, and another.</summary>
internal sealed class PlacementsRig : IPulseObserver, ICloudDirectory, IAsyncDisposable
{
    private readonly SystemRandomSource _random = new();
    private readonly IStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly Pulse _pulse;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, SimulatedCloud> _clouds = [];
    private readonly List<Template> _templates = [];
    private Task _running = Task.CompletedTask;

    public PlacementsRig(IStore store, TimeSpan latency, TimeSpan boot, TimeProvider timeProvider)
    {
        (_store, _timeProvider) = (store, timeProvider);
        var traits = EngineRig.Traits with { Watches = true, BootGrace = boot * 2 };
        (Home, Away) = (new("home", latency, boot), new("away", latency, boot));
        foreach (var stock in (Stock[])[Home, Away])
        {
            _clouds.Add(stock.Cloud, new(stock.Cloud, traits, stock, timeProvider));
        }

        Entries = [.. _clouds.Select(
            cloud => new CloudEntry(cloud.Key, "simulated", GovernedCloud.Over(cloud.Key, cloud.Value, timeProvider)))];
        var reconciler = new Reconciler(store, timeProvider, _random, new RandomLaunchIdentities(_random), new(), "bench");
        _pulse = new(store, this, reconciler, new(), new(timeProvider), _random, new(), this);
    }

    public Stock Home { get; }

    public Stock Away { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public int Running(Stock where) =>
        _clouds[where.Cloud].Instances.Count(instance => instance.StateAt(_timeProvider.GetUtcNow()) is InstanceState.Running);

    public async Task StartAsync()
    {
        var now = _timeProvider.GetUtcNow();
        var account = await _store.EnsureAccountAsync(
            new() { Id = new(_random.NextId()), Name = "default", CreatedAt = now }, CancellationToken.None);
        foreach (var cloud in _clouds.Keys)
        {
            _templates.Add(new()
            {
                Id = new(_random.NextId()),
                Account = account.Id,
                Name = cloud,
                Cloud = cloud,
                Image = "image",
                CreatedAt = now,
            });
            await _store.AddTemplateAsync(_templates[^1], CancellationToken.None);
        }

        _running = _pulse.RunAsync(new("bench", "bench"), _stop.Token);
    }

    /// <summary>A group that belongs to the first and moves home a minute after there is room again.</summary>
    public async Task AddGroupAsync(int desired, int inFlight)
    {
        var now = _timeProvider.GetUtcNow();
        var group = new Group
        {
            Id = new(_random.NextId()),
            Account = _templates[0].Account,
            Name = "bench",
            Template = _templates[0].Id,
            Layout = new()
            {
                Placements = [.. _templates.Select(template => new PlacementSpec { Name = template.Name, Template = template.Id })],
                ReturnAfter = TimeSpan.FromMinutes(1),
            },
            Capacity = new() { Desired = desired, Min = 0, Max = 10_000 },
            Brakes = new() { LaunchesInFlightMax = inFlight, LaunchesPerCheckMax = 1000, LaunchesPerHourMax = 10_000 },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await _store.AddGroupAsync(
            group,
            new()
            {
                Id = new(_random.NextId()),
                Account = group.Account,
                Group = group.Id,
                Type = ActivityType.Change,
                Status = ActivityStatus.Succeeded,
                Description = "created",
                FirstAt = now,
                LastAt = now,
            },
            CancellationToken.None);
        _pulse.Wake(group.Id);
    }

    public async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromSeconds(0.05), _timeProvider);
        }
    }

    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn) => Console.Error.WriteLine($"{what} failed: {error}");

    public async ValueTask DisposeAsync()
    {
        // Not on another thread: the clock is the simulator's, with its one.
        _stop.Cancel();
        await _running;
        _stop.Dispose();
        _pulse.Dispose();
        await _store.DisposeAsync();
    }

    /// <summary>Fair weather over a cloud that may have nothing left.</summary>
    internal sealed class Stock(string cloud, TimeSpan latency, TimeSpan boot) : ICloudWeather
    {
        private static readonly CallFate NoneLeft = new()
        {
            Before = TimeSpan.FromSeconds(0.05),
            Refusal = new(CloudErrorKind.OutOfStock, "none left"),
        };

        private readonly FairWeather _fair = new(latency, boot: boot);

        public string Cloud => cloud;

        public bool HasStock { get; set; } = true;

        public CallFate Launch(LaunchRequest request) => HasStock ? _fair.Launch(request) : NoneLeft;

        public CallFate Terminate(InstanceId instance) => _fair.Terminate(instance);

        public CallFate Page() => _fair.Page();

        public ReadOnlySpan<LifeEvent> Life(LaunchRequest request) => _fair.Life(request);

        public TimeSpan Shutdown() => TimeSpan.Zero;

        public bool LosesHint() => false;

        public TimeSpan? HintsBreakAfter() => null;
    }
}
