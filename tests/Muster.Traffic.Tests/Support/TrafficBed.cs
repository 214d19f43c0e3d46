using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Traffic;
using Muster.Traffic.Keeping;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Tests.Support;

/// <summary>A keeper over a store in memory. Its time is the machine's: what a test waits for, it waits for patiently.</summary>
internal sealed class TrafficBed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TrafficSources _sources;
    private Task _running;

    private readonly TimeProvider _time;

    private TrafficBed(FakeStore store, IReadOnlyCollection<OpenSource> sources, TimeProvider? time = null)
    {
        Store = store;
        _time = time ?? TimeProvider.System;
        _sources = new(sources);
        Keeper = new(
            _sources, Store, Store, Store, Feed, Woken.Enqueue, _time, new SystemRandomSource(),
            new()
            {
                LookEvery = TimeSpan.FromMilliseconds(40),
                RetryMin = TimeSpan.FromMilliseconds(20),
                RetryMax = TimeSpan.FromMilliseconds(100),
                RoundWait = TimeSpan.FromMilliseconds(50),
            },
            Heard);
        _running = Keeper.RunAsync(_stopping.Token);
    }

    public FakeStore Store { get; }

    public ActivityFeed Feed { get; } = new();

    public ConcurrentQueue<GroupId> Woken { get; } = [];

    public HeardTraffic Heard { get; } = new();

    public TrafficKeeper Keeper { get; }

    /// <summary>A keeper of one source that only pretends.</summary>
    public static TrafficBed Of(ITrafficSource source, FakeStore? store = null, bool isExclusive = false, TimeProvider? time = null) =>
        new(store ?? new(), [new("edge", new FakeKind(isExclusive), source)], time);

    /// <summary>A keeper of several that only pretend.</summary>
    public static TrafficBed Of(params (string Name, ITrafficSource Source)[] sources) =>
        new(new(), [.. sources.Select(one => new OpenSource(one.Name, new FakeKind(), one.Source))]);

    /// <summary>A keeper of a real one.</summary>
    public static TrafficBed Of(ITrafficKind kind, ITrafficSource source, FakeStore? store = null) =>
        new(store ?? new(), [new("edge", kind, source)]);

    /// <summary>A whole look at a group, as the store has it, that shows these.</summary>
    public void Saw(GroupRecord record, params ImmutableArray<Instance> instances) =>
        Keeper.Saw(Store.Of(record.Group.Id), Some.Cloud, instances, _time.GetUtcNow(), TimeSpan.Zero);

    /// <summary>A check decides that an instance drains.</summary>
    public DateTimeOffset Drain(GroupId group, int number)
    {
        var since = _time.GetUtcNow();
        Store.Change(group, record => record with
        {
            State = record.State with { Members = record.State.Members.Add(Some.Draining(number, since)) },
        });
        Keeper.Decided(group);
        return since;
    }

    /// <summary>A check decides that an instance comes back.</summary>
    public void Return(GroupId group, int number)
    {
        Store.Change(group, record => record with
        {
            State = record.State with
            {
                Members = record.State.Members.RemoveAll((Member member) => member.Instance == Some.Id(number)),
            },
        });
        Keeper.Decided(group);
    }

    public Task UntilAsync(Func<bool> condition, string what) => Patiently.UntilAsync(
        () => Task.FromResult(condition()), what, pause: TimeSpan.FromMilliseconds(5),
        more: () => Task.FromResult(string.Join('\n', Heard.Lines)));

    /// <summary>The server ends; a second time is as the first.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _running = Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Keeper.Dispose();
        await _sources.DisposeAsync();
        _stopping.Dispose();
        Assert.DoesNotContain(Heard.Lines, line => line.StartsWith("broken:", StringComparison.Ordinal));
    }
}
