using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Engines;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>Each rule of what may become of warm pools is broken on purpose and must be found broken.</summary>
public sealed class PoolRefereeTests
{
    private const int WorldsMax = 60;

    private static readonly DateTimeOffset Now = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Fact]
    public void An_engine_that_stops_what_it_has_not_written_down_is_caught() => AssertCaught(
        "stops cloud", "and no check of that group has written so",
        parts => WithClouds(cloud => new StopsUnasked(cloud, parts.Store.Installation))(parts));

    [Fact]
    public void An_engine_that_starts_what_it_has_not_written_down_is_caught() => AssertCaught(
        "starts cloud", "and no check of that group has written so", WithClouds(cloud => new StartsUnasked(cloud)));

    [Fact]
    public void An_engine_that_stops_instances_of_a_group_that_it_does_not_hold_is_caught() => AssertCaught(
        "stops cloud", "which it does not surely hold", parts => WithClouds(cloud => new StopsLater(cloud, parts.Time))(parts));

    [Fact]
    public void An_engine_that_stops_instances_of_others_is_caught() => AssertCaught(
        "stops cloud", "which is foreign", parts => WithClouds(cloud => new StopsStrangers(cloud, parts.Store.Installation))(parts));

    [Fact]
    public void An_engine_that_launches_more_for_a_pool_than_is_wanted_is_caught() => AssertCaught(
        "launches for its pool", "were wanted there",
        WithPools(pool => pool with { Size = new(pool.Size.IsPercent ? 7 : pool.Size.Value + 3, IsPercent: false) }));

    [Fact]
    public void An_engine_that_takes_more_into_a_pool_than_is_wanted_is_caught() => AssertCaught(
        "takes surplus into its pool", "were wanted there", WithPools(pool => pool with { Size = new(9, false), TakesSurplus = true }));

    [Fact]
    public void An_engine_that_puts_who_is_protected_to_rest_is_caught()
    {
        var guarded = new Dictionary<GroupId, InstanceId>();
        AssertCaught(
            "to rest, which is protected", "",
            parts => WithReads(record => Guarded(record, guarded))(parts with
            {
                Store = BrokenStore.With(parts.Store, (_, arguments, call) =>
                {
                    Change(arguments, record => guarded.TryGetValue(record.State.Group, out var instance)
                        ? record with { State = Resting(record.State, instance) }
                        : record);
                    return call();
                }),
            }),
            World.HasProtection);
    }

    [Fact]
    public void An_engine_that_puts_to_rest_whom_the_level_needs_is_caught() => AssertCaught(
        "is cut down to", "by putting to rest",
        WithGroups(group => group with
        {
            Pool = group.Pool is { } pool ? pool with { TakesSurplus = true } : null,
            Capacity = group.Capacity with { Desired = Math.Max(0, group.Capacity.Desired - 1), Min = 0 },
        }));

    [Fact]
    public void An_engine_that_puts_to_rest_who_has_not_drained_is_caught() => AssertCaught(
        "is to put to rest", "has not drained",
        WithGroups(group => group with
        {
            Pool = group.Pool is { } pool ? pool with { TakesSurplus = true } : null, Drain = null, Hooks = Hooks.None,
        }),
        World.HasGates);

    [Fact]
    public void An_engine_that_launches_while_one_rests_is_caught()
    {
        var other = new TemplateId(Guid.Parse("99999999-9999-4999-8999-999999999999"));
        AssertCaught("launches group", "rests and may be started", WithClouds(cloud => new TakesWhatRestsForOutdated(cloud, other)));
    }

    [Fact]
    public void An_engine_that_forgets_who_rests_is_caught() => AssertCaught(
        "forgets that", "rests, and it lives",
        WithRecords(record => record with
        {
            State = record.State with
            {
                Members = [.. record.State.Members.Where(member => member.Phase is not MemberPhase.Warm
                    || member.Since > record.State.CheckedAt - TimeSpan.FromSeconds(5))],
            },
        }));

    [Fact]
    public void An_engine_that_does_not_mark_what_it_launches_for_a_pool_is_caught() => AssertCaught(
        "is for the pool by its tag or by the ledger", "", WithClouds(cloud => new ForgetsThePoolsMark(cloud)));

    [Fact]
    public void An_engine_that_keeps_no_pool_is_caught() => AssertCaught(
        "minutes after the last fault", "are wanted there", WithGroups(group => group with { Pool = null }));

    [Fact]
    public void An_engine_that_keeps_a_pool_that_nobody_wants_any_more_is_caught() => AssertCaught(
        "minutes after the last fault", "in its pool, and 0 are wanted there",
        WithGroups(group => group with { Pool = group.Pool ?? new() { Size = new(1, false) } }));

    [Fact]
    public void Who_serves_ends_as_a_member_of_the_level_when_it_goes_to_rest()
    {
        var (book, serving, draining) = (new PoolBook(), new InstanceId("a"), new InstanceId("b"));
        Turn(book, Member(draining, MemberPhase.Draining, Now));

        var turn = Turn(book, Member(serving, MemberPhase.Warm, Now), Member(draining, MemberPhase.Warm, Now));

        Assert.Equal([serving], turn.FromService);
        Assert.Equal([draining], turn.FromDrain);
        Assert.True(book.IsToRest(serving));
        Assert.Empty(Turn(book, Member(serving, MemberPhase.Starting, Now), Member(draining, MemberPhase.Warm, Now)).FromService);
        Assert.True(book.IsStarting(serving));
        Assert.Empty(Turn(book, Member(serving, MemberPhase.Warm, Now), Member(draining, MemberPhase.Warm, Now)).FromService);
        Assert.True(book.IsBack(serving, Now));
    }

    [Fact]
    public void Who_was_never_told_to_rest_serves_as_it_did()
    {
        var (book, told, untold) = (new PoolBook(), new InstanceId("a"), new InstanceId("b"));
        Turn(book, Member(told, MemberPhase.Warm, Now), Member(untold, MemberPhase.Warm, Now));
        book.Told(told);

        Assert.Equal(untold, Assert.Single(Turn(book).TakenBack).Instance);
    }

    [Fact]
    public void Who_goes_to_rest_from_service_is_spent_once()
    {
        var (book, pool, id) = (new BrakeBook(), new PoolBook(), new InstanceId("a"));
        var (before, member) = (new GroupState { Group = default }, Member(id, MemberPhase.Warm, Now));
        var after = before with { Members = [member] };

        var turn = pool.Turn(before, after, [], [], _ => null, Now);

        Assert.Contains(
            "0 terminations are spent", book.OnRecorded(1, before, new() { State = after }, _ => false, Now, releases: false, turn),
            StringComparison.Ordinal);
        var spent = after with { Terminated = after.Terminated.Add(1, Now) };
        Assert.Null(book.OnRecorded(2, after, new() { State = spent }, _ => false, Now, releases: false));
    }

    private static Member Member(InstanceId id, MemberPhase phase, DateTimeOffset since) =>
        new() { Instance = id, Phase = phase, Since = since };

    private static PoolTurn Turn(PoolBook book, params ImmutableArray<Member> members)
    {
        var state = new GroupState { Group = default };
        return book.Turn(state, state with { Members = members }, [], [], _ => null, Now);
    }

    private static void AssertCaught(string words, string more, EngineFactory factory, Func<ulong, bool>? worlds = null)
    {
        var seen = new List<string>();
        for (var seed = 1UL; seen.Count < WorldsMax; seed++)
        {
            if (!World.HasPools(seed) || worlds?.Invoke(seed) == false)
            {
                continue;
            }

            // What else such a flaw breaks is not what is looked for.
            var result = World.Run(
                seed,
                factory,
                ignores: violation => !violation.Contains(words, StringComparison.Ordinal)
                    || !violation.Contains(more, StringComparison.Ordinal));
            if (result.Violation is not null)
            {
                return;
            }

            seen.Add($"{seed}");
        }

        Assert.Fail($"nobody said '{words} {more}' in {seen.Count} worlds: {string.Join(", ", seen)}");
    }

    private static EngineFactory WithClouds(Func<ICloud, ICloud> flaw) => parts => new MusterEngine(parts with
    {
        Clouds = parts.Clouds.ToImmutableSortedDictionary(cloud => cloud.Key, cloud => flaw(cloud.Value), StringComparer.Ordinal),
    });

    private static EngineFactory WithPools(Func<Pool, Pool> flaw) =>
        WithGroups(group => group with { Pool = group.Pool is { } pool ? flaw(pool) : null });

    private static EngineFactory WithGroups(Func<Group, Group> flaw) =>
        WithReads(record => record with { Group = flaw(record.Group) });

    private static EngineFactory WithReads(Func<GroupRecord, GroupRecord> flaw) => With((_, call) => call() switch
    {
        Task<GroupRecord?> one => ChangeAsync(one, record => record is null ? null : flaw(record)),
        Task<ImmutableArray<GroupRecord>> many => ChangeAsync(many, records => records.Select(flaw).ToImmutableArray()),
        var other => other,
    });

    private static EngineFactory WithRecords(Func<CheckRecord, CheckRecord> flaw) => With((arguments, call) =>
    {
        Change(arguments, flaw);
        return call();
    });

    private static void Change(object?[] arguments, Func<CheckRecord, CheckRecord> flaw)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = arguments[index] is CheckRecord record ? flaw(record) : arguments[index];
        }
    }

    /// <summary>The record as it is; whom somebody protects is remembered.</summary>
    private static GroupRecord Guarded(GroupRecord record, Dictionary<GroupId, InstanceId> guarded)
    {
        guarded.Remove(record.Group.Id);
        if (record.Notes.FirstOrDefault(note => note.IsProtected) is { } note)
        {
            guarded[record.Group.Id] = note.Instance;
        }

        return record;
    }

    private static GroupState Resting(GroupState state, InstanceId instance) => state with
    {
        Members =
        [
            .. state.Members.Where(member => member.Instance != instance), Member(instance, MemberPhase.Warm, state.CheckedAt ?? Now),
        ],
    };

    private static async Task<T> ChangeAsync<T>(Task<T> task, Func<T, T> change) => change(await task);

    private static EngineFactory With(Func<object?[], Func<object?>, object?> flaw) => parts =>
        new MusterEngine(parts with { Store = BrokenStore.With(parts.Store, (_, arguments, call) => flaw(arguments, call)) });
}
