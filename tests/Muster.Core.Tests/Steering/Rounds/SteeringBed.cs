using System.Collections.Frozen;
using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Metrics;
using Muster.Core.Planning;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Simulation.Randomness;
using Muster.Storage.Memory;

namespace Muster.Core.Tests.Steering.Rounds;

/// <summary>The real rounds over a store in memory, with a source that says what a test has it say.</summary>
internal sealed class SteeringBed : IMetricBoard, IPulse, ISteeringObserver, IDisposable
{
    private readonly SeededRandom _random = new(1, "steering");
    private int _version = 1;

    public SteeringBed()
    {
        Store = new(Some.Installation, Time);
        Rounds = new(Store, Store, Store, this, this, new(), Time, _random, new(), this, "bed");
    }

    public FakeTimeProvider Time { get; } = new(Some.Now);

    public MemoryStore Store { get; }

    public SteeringRounds Rounds { get; }

    public List<GroupId> Woken { get; } = [];

    public List<Exception> Failures { get; } = [];

    public int Asked { get; private set; }

    /// <summary>What the source says of each group; nothing says that it cannot be read.</summary>
    public Func<MetricScope, ImmutableArray<MetricSample>?> Says { get; set; } = _ => null;

    public ImmutableArray<string> Metrics => ["cpu"];

    public CheckHistory History { get; } = new();

    public int GroupsBelow => 0;

    public PulseStatus Status => throw new NotSupportedException();

    public async Task<Group> BeginAsync(Group group, params PolicyRule[] rules)
    {
        await Store.ReportServerAsync(
            new()
            {
                Holder = "bed", Address = "x", Version = "1", StartedAt = Some.Now, SeenAt = Some.Now, EndsAt = Some.Now.AddDays(1),
            },
            CancellationToken.None);
        await Store.EnsureAccountAsync(new() { Id = Some.Account, Name = "default", CreatedAt = Some.Now }, CancellationToken.None);
        await Store.AddTemplateAsync(Some.Template(), CancellationToken.None);
        await Store.AddGroupAsync(group, Change(group, "created"), CancellationToken.None);
        foreach (var (index, rule) in rules.Index())
        {
            await PutAsync(rule, $"policy-{index}");
        }

        return group;
    }

    public Task PutAsync(PolicyRule rule, string name, PolicyMode mode = PolicyMode.On) => Store.PutPolicyAsync(
        Some.GroupId,
        new() { Name = name, Rule = rule, Mode = mode, Version = 1, CreatedAt = Time.GetUtcNow(), UpdatedAt = Time.GetUtcNow() },
        Change(Some.Group(0), $"policy {name}"),
        CancellationToken.None);

    public Task RemoveAsync(string name) => Store.RemovePolicyAsync(
        Some.GroupId, name, Change(Some.Group(0), $"no policy {name}"), CancellationToken.None);

    public async Task<RoundReport> RoundAsync(double seconds = 15)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return await Rounds.RoundAsync(TimeSpan.Zero, CancellationToken.None);
    }

    public async Task ScaleAsync(int desired, TimeSpan? hold = null)
    {
        var group = (await RecordAsync()).Group;
        var change = GroupChanges.SetCapacity(
            group,
            new() { Desired = desired, HoldFor = hold, Origin = new("alice", Time.GetUtcNow()) },
            1000,
            new(_random.NextId()));
        await Store.UpdateGroupAsync(change.Group, change.Activity, CancellationToken.None);
    }

    /// <summary>Has a check have found so many up.</summary>
    public async Task CountAsync(int running)
    {
        var state = (await RecordAsync()).State;
        await Store.RecordIdleAsync(
            [new() { State = state with { Counts = new() { Running = running }, CheckedAt = Time.GetUtcNow() } }], sweep: null,
                CancellationToken.None);
    }

    public async Task<GroupRecord> RecordAsync() => (await Store.FindGroupAsync(Some.GroupId, CancellationToken.None))!;

    public async Task<int> LevelAsync() => (await RecordAsync()).SettleAt(Time.GetUtcNow()).Desired;

    public async Task<ImmutableArray<Activity>> TrailAsync() =>
        (await Store.ListActivitiesAsync(Some.GroupId, new(1000), CancellationToken.None)).Items;

    public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult(needs.ToFrozenDictionary(
            need => need.Key,
            need => need.Value
                .Select(scope => Says(scope) is { } samples
                    ? new MetricAnswer(scope.Group, samples)
                    : new MetricAnswer(scope.Group, [], "the source is down"))
                .ToImmutableArray()));
    }

    public void Wake(GroupId group) => Woken.Add(group);

    public void WakeAll()
    {
    }

    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void OnRound(RoundReport report)
    {
    }

    public void OnFailed(Exception error) => Failures.Add(error);

    public void Dispose() => Rounds.Dispose();

    private Activity Change(Group group, string description) => ActivityWriter.Make(
        group, _random, ActivityType.Change, ActivityStatus.Succeeded, $"{description} {_version++}", Time.GetUtcNow());
}
