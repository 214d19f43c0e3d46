using System.Collections.Immutable;

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
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Support;

/// <summary>The real engine over a store in memory and several simulated clouds, each with a weather that the test makes.</summary>
internal sealed class SpreadBed : IPulseObserver, ICloudDirectory
{
    private readonly SimulationLoop _loop = new();
    private readonly SeededRandom _random = new(1, "spread");
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (SimulatedCloud Cloud, Weather Weather)> _clouds = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;

    public SpreadBed(params ReadOnlySpan<string> clouds)
        : this(TimeSpan.Zero, clouds)
    {
    }

    /// <param name="lagMax">How far listings may lag.</param>
    /// <param name="clouds">Their names.</param>
    public SpreadBed(TimeSpan lagMax, params ReadOnlySpan<string> clouds)
    {
        Store = new(Some.Installation, _loop.OutsideTime);
        foreach (var name in clouds)
        {
            var weather = new Weather();
            _clouds.Add(name, (new(name, EngineBed.Traits with { ListingLagMax = lagMax }, weather, _loop.OutsideTime), weather));
        }

        Entries = [.. _clouds.Select(pair =>
            new CloudEntry(pair.Key, "simulated", GovernedCloud.Over(pair.Key, pair.Value.Cloud, _loop.OutsideTime)))];
        var reconciler = new Reconciler(
            Store, _loop.OutsideTime, _random, new RandomLaunchIdentities(_random), new ReconcilerOptions(), "bed", prices: Prices);
        Pulse = new(Store, this, reconciler, new(), new(_loop.OutsideTime), _random, new(), this);
    }

    public MemoryStore Store { get; }

    public SetPrices Prices { get; } = new();

    public Pulse Pulse { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    public List<string> Failures { get; } = [];

    public DateTimeOffset Now => _loop.OutsideTime.GetUtcNow();

    /// <summary>How many live on each cloud, in the order of the clouds: <c>2 0 4</c>.</summary>
    public string Alive => string.Join(' ', _clouds.Values.Select(pair => pair.Cloud.Instances.Count(one => one.IsLiveAt(Now))));

    public Weather this[string cloud] => _clouds[cloud].Weather;

    public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public SimulatedCloud CloudOf(string name) => _clouds[name].Cloud;

    /// <summary>The template by which a group lives on a cloud; one for each.</summary>
    public static Template TemplateOn(string cloud) =>
        Some.Template(cloud) with { Id = new(Some.Id(cloud.Sum(letter => letter))), Name = $"on-{cloud}" };

    public static PlacementSpec On(string cloud, int? max = null) => new() { Name = cloud, Template = TemplateOn(cloud).Id, Max = max };

    /// <summary>Runs the pulse while <paramref name="story"/> goes on, then stops it gracefully.</summary>
    public void Run(Func<Task> story) => _loop.Run(
        async () =>
        {
            await Store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Now }, CancellationToken.None);
            foreach (var cloud in _clouds.Keys)
            {
                await Store.AddTemplateAsync(TemplateOn(cloud), CancellationToken.None);
            }

            _running = Pulse.RunAsync(new("127.0.0.1:1", "test"), _stop.Token);
            await story();
            _stop.Cancel();
            await _running;
        },
        () => false);

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _loop.OutsideTime);

    public void Break(string cloud, SimulatedInstance instance) =>
        CloudOf(cloud).Turn(instance, new LifeEvent(TimeSpan.Zero, InstanceState.Failed));

    /// <summary>A group over these, ordered unless the layout says otherwise.</summary>
    public async Task AddAsync(int desired, Layout layout)
    {
        var group = Some.Group(desired) with
        {
            Template = layout.Placements[0].Template,
            Layout = layout,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
        await Store.AddGroupAsync(group, Change(group, "created"), CancellationToken.None);
        Pulse.Wake(group.Id);
    }

    public Task AddAsync(int desired, params ImmutableArray<PlacementSpec> placements) =>
        AddAsync(desired, new Layout { Placements = placements });

    public async Task ChangeAsync(Func<Group, Group> change)
    {
        var record = await RecordAsync();
        var after = change(record.Group) with { Version = record.Group.Version + 1, UpdatedAt = Now };
        var changed = after with
        {
            Template = after.Layout?.Placements[0].Template ?? after.Template,
            Revision = Equals(after.Layout, record.Group.Layout) && after.Template == record.Group.Template
                ? record.Group.Revision
                : record.Group.Revision + 1,
        };
        await Store.UpdateGroupAsync(changed, Change(changed, "changed"), CancellationToken.None);
        Pulse.Wake(changed.Id);
    }

    public async Task<GroupRecord> RecordAsync() => (await Store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;

    public async Task<GroupState> StateAsync() => (await RecordAsync()).State;

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
}
