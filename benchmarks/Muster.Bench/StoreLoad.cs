using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;

using Activity = Muster.Core.Activities.Activity;

namespace Muster.Bench;

/// <summary>An account full of groups in a store, and the calls that a busy server makes of it.</summary>
internal sealed class StoreLoad(IStore store)
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    private readonly SystemRandomSource _random = new();
    private readonly List<Group> _groups = [];
    private Template _template = null!;

    public IReadOnlyList<Group> Groups => _groups;

    /// <summary>Fills the account up to so many groups.</summary>
    public async Task FillAsync(int count)
    {
        const int WritersMax = 256;
        if (_template is null)
        {
            var account = await store.EnsureAccountAsync(
                new() { Id = new(_random.NextId()), Name = "default", CreatedAt = Now }, CancellationToken.None);
            _template = new()
            {
                Id = new(_random.NextId()),
                Account = account.Id,
                Name = "bench",
                Cloud = "sim",
                Image = "image",
                CreatedAt = Now,
            };
            await store.AddTemplateAsync(_template, CancellationToken.None);
        }

        var added = Enumerable.Range(_groups.Count, count - _groups.Count).Select(Group).ToList();
        await Parallel.ForEachAsync(
            added,
            new ParallelOptions { MaxDegreeOfParallelism = WritersMax },
            async (group, _) => await store.AddGroupAsync(group, Activity(group, ActivityType.Change, "created"), CancellationToken.None));
        _groups.AddRange(added);
    }

    public Task ShowAsync(int turn) => store.FindGroupAsync(_template.Account, _groups[turn % _groups.Count].Name, CancellationToken.None);

    /// <summary>A page of 100 from anywhere in the list.</summary>
    public Task ListAsync(int turn) => store.ListGroupsAsync(
        _template.Account,
        new PageRequest(100, PageCursor.AfterName(_groups[turn * 7919 % _groups.Count].Name, Guid.Empty)),
        includeArchived: false,
        CancellationToken.None);

    public async Task ChangeCapacityAsync(int turn)
    {
        var at = turn % _groups.Count;
        var changed = _groups[at] with
        {
            Capacity = new() { Desired = turn % 10, Min = 0, Max = 10 },
            Version = _groups[at].Version + 1,
            UpdatedAt = Now,
        };
        await store.UpdateGroupAsync(changed, Activity(changed, ActivityType.Change, $"desired {turn % 10}"), CancellationToken.None);
        _groups[at] = changed;
    }

    public async Task AppendAsync(GroupLease lease, GroupState state, Group group) => await store.RecordAsync(
        lease,
        new() { State = state, Activities = [Activity(group, ActivityType.Launch, "launched an instance")] },
        CancellationToken.None);

    /// <summary>Leases so many groups.</summary>
    public async Task<ImmutableArray<GroupLease>> LeaseAsync(int from, int count) =>
    [
        .. (await Task.WhenAll(Enumerable.Range(from, count).Select(LeaseOneAsync))).OfType<GroupLease>(),
    ];

    /// <summary>What a sweep of healthy groups leaves behind.</summary>
    public async Task RecordIdleAsync(int count)
    {
        var at = Now;
        await store.RecordIdleAsync(
            [
                .. _groups.Take(count).Select(group => new CheckRecord
                {
                    State = new()
                    {
                        Group = group.Id,
                        Condition = GroupCondition.Healthy,
                        Reason = "3 wanted, 3 running: nothing to do",
                        CheckedAt = at,
                    },
                    Activities = [Activity(group, ActivityType.NoOp, "3 wanted, 3 running: nothing to do")],
                }),
            ],
            sweep: null,
            CancellationToken.None);
    }

    /// <summary>Times calls of so many clients at once.</summary>
    /// <param name="calls">Calls in all.</param>
    /// <param name="clients">At once.</param>
    /// <param name="call">Gets the number of the call.</param>
    public static async Task<Timing> TimeAsync(int calls, int clients, Func<int, Task> call)
    {
        var times = new double[calls];
        var next = -1;
        var startedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            int turn;
            while ((turn = Interlocked.Increment(ref next)) < calls)
            {
                var callAt = Stopwatch.GetTimestamp();
                await call(turn);
                times[turn] = Stopwatch.GetElapsedTime(callAt).TotalMilliseconds;
            }
        })));
        var wall = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        Array.Sort(times);
        return new(times[calls / 2], times[(int)(calls * 0.99)], calls / wall);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Task<GroupLease?> LeaseOneAsync(int at) =>
        store.TryAcquireLeaseAsync(_groups[at].Id, "bench", expectedFence: 0, Now, LeaseTime, CancellationToken.None);

    private Group Group(int number) => new()
    {
        Id = new(_random.NextId()),
        Account = _template.Account,
        Name = $"group-{number:000000}",
        Template = _template.Id,
        Capacity = new() { Desired = 3, Min = 0, Max = 10 },
        Version = 1,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private Activity Activity(Group group, ActivityType type, string description) => new()
    {
        Id = new(_random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = type,
        Status = ActivityStatus.Succeeded,
        Description = description,
        FirstAt = Now,
        LastAt = Now,
    };
}

/// <summary>How calls went.</summary>
internal sealed record Timing(double P50Ms, double P99Ms, double PerSecond);
