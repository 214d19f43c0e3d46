using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Support;

/// <summary>The real engine over a store in memory and a simulated cloud, in virtual time.</summary>
internal sealed class EngineBed : IPulseObserver
{
    public static readonly CloudTraits Traits = new()
    {
        PageSize = 100,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = false,
        ListingLagMax = TimeSpan.Zero,
        BootGrace = TimeSpan.FromSeconds(30),
        ReadsPerSecond = 1000,
        WritesPerSecond = 1000,
        Burst = 1000,
    };

    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "bed");
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public EngineBed(CloudTraits? traits = null, ICloudWeather? weather = null)
    {
        Store = new(Some.Installation, _loop.OutsideTime);
        Cloud = new("sim", traits ?? Traits, weather ?? new FairWeather(), _loop.OutsideTime);
        Governed = GovernedCloud.Over("sim", Cloud, _loop.OutsideTime);
        var reconciler = new Reconciler(
            Store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "bed");
        Pulse = new(Store, new OneCloud(Governed), reconciler, new(), new(_loop.OutsideTime), _random, new(), this);
    }

    public MemoryStore Store { get; }

    public SimulatedCloud Cloud { get; }

    public GovernedCloud Governed { get; }

    public Pulse Pulse { get; }

    public List<string> Failures { get; } = [];

    public DateTimeOffset Now => _loop.OutsideTime.GetUtcNow();

    public IEnumerable<SimulatedInstance> Alive =>
        Cloud.Instances.Where(instance => instance.IsLiveAt(Now));

    /// <summary>Runs the pulse while <paramref name="story"/> goes on, then stops it gracefully.</summary>
    public void Run(Func<Task> story) => _loop.Run(
        async () =>
        {
            await Store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Now }, CancellationToken.None);
            await Store.AddTemplateAsync(Some.Template(), CancellationToken.None);
            _running = Pulse.RunAsync(new("127.0.0.1:1", "test"), _stop.Token);
            await story();
            await StopAsync();
        },
        () => false);

    public Task StopAsync()
    {
        _stop.Cancel();
        return _running;
    }

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _loop.OutsideTime);

    public async Task AddAsync(Group group)
    {
        await Store.AddGroupAsync(group, Change(group, "created"), CancellationToken.None);
        Pulse.Wake(group.Id);
    }

    public Task ChangeAsync(Func<Group, Group> change) => ChangeAsync(Some.GroupId, change);

    public async Task ChangeAsync(GroupId group, Func<Group, Group> change)
    {
        var record = (await Store.FindGroupAsync(group, CancellationToken.None))!;
        var changed = change(record.Group) with { Version = record.Group.Version + 1, UpdatedAt = Now };
        await Store.UpdateGroupAsync(changed, Change(changed, "changed"), CancellationToken.None);
        Pulse.Wake(changed.Id);
    }

    public async Task<GroupRecord> RecordAsync() =>
        (await Store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;

    public async Task<ImmutableArray<Activity>> TrailAsync() =>
        (await Store.ListActivitiesAsync(Some.GroupId, new(1000), CancellationToken.None)).Items;

    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn) => Failures.Add($"{what}: {error}");

    private Activity Change(Group group, string description) => ActivityWriter.Make(
        group, _random, ActivityType.Change, ActivityStatus.Succeeded, description, Now);

    private sealed class OneCloud(GovernedCloud cloud) : ICloudDirectory
    {
        public IReadOnlyList<CloudEntry> Entries { get; } = [new("sim", "simulated", cloud)];

        public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;
    }
}
