using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

namespace Muster.Bench;

/// <summary>The real engine over a real store and a simulated cloud, on the real clock.</summary>
internal sealed class EngineRig : IPulseObserver, ICloudDirectory, IAsyncDisposable
{
    /// <summary>A cloud that holds nobody up.</summary>
    public static readonly CloudTraits Traits = new()
    {
        PageSize = 500,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = false,
        ListingLagMax = TimeSpan.Zero,
        BootGrace = TimeSpan.FromSeconds(5),
        ReadsPerSecond = 100_000,
        WritesPerSecond = 100_000,
        Burst = 100_000,
    };

    private readonly SystemRandomSource random = new();
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public EngineRig(IStore store, TimeSpan launchLatency)
    {
        Store = store;
        Cloud = new("sim", Traits, new FairWeather(launchLatency), TimeProvider.System);
        Entries = [new("sim", "simulated", GovernedCloud.Over("sim", Cloud, TimeProvider.System))];
        Reconciler = new(store, TimeProvider.System, random, new RandomLaunchIdentities(random), new(), "bench");
        Pulse = new(store, this, Reconciler, Feed, new(TimeProvider.System), random, new(), this);
    }

    public IStore Store { get; }

    public SimulatedCloud Cloud { get; }

    public Reconciler Reconciler { get; }

    public ActivityFeed Feed { get; } = new();

    public Pulse Pulse { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    public AccountId Account { get; private set; }

    public Template Template { get; private set; } = null!;

    /// <summary>Set by a benchmark that waits for a group.</summary>
    public Action<CheckReport>? Checked { get; set; }

    /// <summary>Set by a benchmark that waits for a sweep.</summary>
    public Action<SweepReport>? Swept { get; set; }

    public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

    public async Task PrepareAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = await Store.EnsureAccountAsync(
            new() { Id = new(random.NextId()), Name = "default", CreatedAt = now }, CancellationToken.None);
        Account = account.Id;
        Template = new()
        {
            Id = new(random.NextId()),
            Account = Account,
            Name = $"bench-{random.NextId():N}",
            Cloud = "sim",
            Image = "image",
            CreatedAt = now,
        };
        await Store.AddTemplateAsync(Template, CancellationToken.None);
    }

    public async Task<Group> AddGroupAsync(int desired, int inFlight = 10, TimeSpan? interval = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var group = new Group
        {
            Id = new(random.NextId()),
            Account = Account,
            Name = $"group-{random.NextId():N}",
            Template = Template.Id,
            Capacity = new() { Desired = desired, Min = 0, Max = 10_000 },
            Interval = interval ?? Group.IntervalDefault,
            Brakes = new() { LaunchesInFlightMax = inFlight, LaunchesPerCheckMax = 1000, LaunchesPerHourMax = 10_000 },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await Store.AddGroupAsync(
            group,
            new()
            {
                Id = new(random.NextId()),
                Account = Account,
                Group = group.Id,
                Type = ActivityType.Change,
                Status = ActivityStatus.Succeeded,
                Description = "created",
                FirstAt = now,
                LastAt = now,
            },
            CancellationToken.None);
        return group;
    }

    /// <summary>Puts instances there as if the group had been at its level for long.</summary>
    public void Fill(Group group, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var launch = new LaunchId(random.NextId());
            Cloud.Place($"{group.Name}-{i}", MusterTags.For(Store.Installation, group, Template, launch));
        }
    }

    public void Start() => running = Pulse.RunAsync(new("bench", "bench"), stop.Token);

    public void OnChecked(CheckReport report, TimeSpan duration) => Checked?.Invoke(report);

    public void OnSwept(SweepReport report) => Swept?.Invoke(report);

    public void OnFailed(string what, Exception error, TimeSpan retryIn) =>
        Console.Error.WriteLine($"{what} failed: {error}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        Pulse.Dispose();
        await Store.DisposeAsync();
    }
}
