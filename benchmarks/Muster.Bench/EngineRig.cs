using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

namespace Muster.Bench;

/// <summary>The real engine over a store and a simulated cloud, on the real clock unless another is given.</summary>
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

    private readonly SystemRandomSource _random = new();
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Puts it together.</summary>
    /// <param name="store">Its store; closed with it.</param>
    /// <param name="launchLatency">How long the simulated cloud's launches take.</param>
    /// <param name="other">Another cloud instead of the simulated one; its owner closes it.</param>
    /// <param name="traits">What the simulated cloud claims; <see cref="Traits"/> unless given.</param>
    /// <param name="timeProvider">The clock of all; the real one unless given.</param>
    public EngineRig(
        IStore store, TimeSpan launchLatency, ICloud? other = null, CloudTraits? traits = null, TimeProvider? timeProvider = null)
    {
        _timeProvider = timeProvider ?? TimeProvider.System;
        Store = store;
        Cloud = new("sim", traits ?? Traits, new FairWeather(launchLatency), _timeProvider);
        Entries = [new("sim", "simulated", GovernedCloud.Over("sim", other ?? Cloud, _timeProvider))];
        Reconciler = new(store, _timeProvider, _random, new RandomLaunchIdentities(_random), new(), "bench");
        Pulse = new(store, this, Reconciler, Feed, new(_timeProvider), _random, new(), this);
    }

    public IStore Store { get; }

    public SimulatedCloud Cloud { get; }

    public Reconciler Reconciler { get; }

    public ActivityFeed Feed { get; } = new();

    public Pulse Pulse { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    public AccountId Account { get; private set; }

    public Template Template { get; private set; } = null!;

    /// <summary>What instances boot.</summary>
    public string Image { get; init; } = "image";

    /// <summary>How big they are, in the cloud's words.</summary>
    public string? Size { get; init; }

    /// <summary>Set by a benchmark that waits for a group.</summary>
    public Action<CheckReport>? Checked { get; set; }

    /// <summary>Set by a benchmark that waits for a sweep.</summary>
    public Action<SweepReport>? Swept { get; set; }

    public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

    public async Task PrepareAsync()
    {
        var now = _timeProvider.GetUtcNow();
        var account = await Store.EnsureAccountAsync(
            new() { Id = new(_random.NextId()), Name = "default", CreatedAt = now }, CancellationToken.None);
        Account = account.Id;
        Template = new()
        {
            Id = new(_random.NextId()),
            Account = Account,
            Name = $"bench-{_random.NextId():N}",
            Cloud = "sim",
            Image = Image,
            Size = Size,
            CreatedAt = now,
        };
        await Store.AddTemplateAsync(Template, CancellationToken.None);
    }

    public async Task<Group> AddGroupAsync(int desired, int inFlight = 10, TimeSpan? interval = null, Layout? layout = null)
    {
        var now = _timeProvider.GetUtcNow();
        var group = new Group
        {
            Id = new(_random.NextId()),
            Account = Account,
            Name = $"group-{_random.NextId():N}",
            Template = Template.Id,
            Layout = layout,
            Capacity = new() { Desired = desired, Min = 0, Max = 10_000 },
            Interval = interval ?? Group.IntervalDefault,
            Brakes = new() { LaunchesInFlightMax = inFlight, LaunchesPerCheckMax = 1000, LaunchesPerHourMax = 10_000 },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await Store.AddGroupAsync(group, Change(group, "created"), CancellationToken.None);
        return group;
    }

    /// <summary>Has a group another level, as a user does.</summary>
    public async Task ScaleAsync(GroupId id, int desired)
    {
        var group = (await Store.FindGroupAsync(id, CancellationToken.None))!.Group;
        group = group with
        {
            Capacity = group.Capacity with { Desired = desired },
            Version = group.Version + 1,
            UpdatedAt = _timeProvider.GetUtcNow(),
        };
        await Store.UpdateGroupAsync(group, Change(group, "scaled"), CancellationToken.None);
        Pulse.Wake(id);
    }

    /// <summary>Puts instances there as if the group had been at its level for long.</summary>
    public void Fill(Group group, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var launch = new LaunchId(_random.NextId());
            var tags = InstanceTags.For(Store.Installation, group, Template, launch);
            if (group.Layout is { } layout)
            {
                tags = tags.SetItem(MusterTags.Placement, layout.Placements[i % layout.Placements.Length].Name);
            }

            Cloud.Place($"{group.Name}-{i}", tags);
        }
    }

    public void Start() => _running = Pulse.RunAsync(new("bench", "bench"), _stop.Token);

    public void OnChecked(CheckReport report, TimeSpan duration) => Checked?.Invoke(report);

    public void OnSwept(SweepReport report) => Swept?.Invoke(report);

    public void OnFailed(string what, Exception error, TimeSpan retryIn) =>
        Console.Error.WriteLine($"{what} failed: {error}");

    public async ValueTask DisposeAsync()
    {
        // Not on another thread: the clock may be the simulator's, with its one.
        _stop.Cancel();
        await _running;
        _stop.Dispose();
        Pulse.Dispose();
        await Store.DisposeAsync();
    }

    private Activity Change(Group group, string description) => new()
    {
        Id = new(_random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = description,
        FirstAt = _timeProvider.GetUtcNow(),
        LastAt = _timeProvider.GetUtcNow(),
    };
}
