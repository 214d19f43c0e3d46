using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Engines;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>Each rule is broken on purpose and must be found broken: a check that cannot fail is worth nothing.</summary>
public sealed class RefereeTests
{
    /// <summary>
    /// Worlds that a flaw may need until it shows: some want a cloud without tokens, two processes and a slow listing at once.
    /// </summary>
    private const int SeedsMax = 1000;

    [Fact]
    public void An_engine_that_repeats_launches_of_unknown_outcome_is_caught() =>
        AssertCaught("repeats launch", WithClouds(cloud => new RepeatsUnknownLaunches(cloud)));

    [Fact]
    public void An_engine_that_takes_an_unknown_outcome_for_a_failure_is_caught() =>
        AssertCaught("overshoots", WithClouds(cloud => new TakesUnknownForFailed(cloud)), CountsAlone);

    [Fact]
    public void An_engine_that_believes_cut_listings_is_caught() =>
        AssertCaught("overshoots", WithClouds(cloud => new BelievesCutListings(cloud)));

    [Fact]
    public void An_engine_that_forgets_that_listings_lag_is_caught() =>
        AssertCaught("overshoots", WithClouds(cloud => new KnowsNoLag(cloud)));

    [Fact]
    public void An_engine_that_adopts_foreign_instances_is_caught() =>
        AssertCaught("which is foreign", parts => WithClouds(cloud => new AdoptsStrangers(cloud, parts.Store.Installation))(parts));

    [Fact]
    public void An_engine_that_terminates_another_instance_than_it_wrote_down_is_caught() =>
        AssertCaught("no check of that group has written so", WithClouds(cloud => new TerminatesTheWrongOne(cloud)));

    [Fact]
    public void An_engine_that_ignores_retry_after_is_caught() =>
        AssertCaught("retry-after", WithClouds(cloud => new IgnoresRetryAfter(cloud)));

    [Fact]
    public void An_engine_that_knows_no_budget_is_caught() =>
        AssertCaught("than its budget allows", WithClouds(cloud => new KnowsNoBudget(cloud)));

    [Fact]
    public void An_engine_that_launches_under_ids_that_are_not_in_the_ledger_is_caught() =>
        AssertCaught("which the ledger does not have", WithClouds(cloud => new LaunchesUnderOtherIds(cloud)));

    [Fact]
    public void An_engine_that_leaves_its_thread_is_caught() =>
        AssertCaught("another thread", WithClouds(cloud => new LeavesItsThread(cloud)));

    [Fact]
    public void An_engine_that_writes_no_intents_is_caught() =>
        AssertCaught("which the ledger does not have", WithRecords(record => record with { Launches = [] }), CountsAlone);

    [Fact]
    public void An_engine_that_tells_nothing_is_caught() =>
        AssertCaught("no activity tells", WithRecords(record => record with { Activities = [] }));

    [Fact]
    public void An_engine_that_tells_of_launches_that_were_not_is_caught() =>
        AssertCaught("which is not so", WithRecords(record => record with
        {
            Activities = [.. record.Activities.Select(
                activity => activity.Launch is null ? activity : activity with { Instance = new("never-was") })],
        }));

    [Fact]
    public void An_engine_that_acts_without_a_lease_is_caught()
    {
        // Stores take no writes under another holder's lease, so the flaw is to know its name, too.
        var holders = new Dictionary<GroupId, string>();
        AssertCaught("overshoots", WithStore((name, arguments, call) => name is nameof(IStore.TryAcquireLeaseAsync)
            ? AcquireAnyhowAsync((Task<GroupLease?>)call()!, arguments, holders)
            : name is nameof(IStore.RecordAsync) or nameof(IStore.RecordAndReleaseAsync)
                ? WriteAnyhowAsync((Task<ImmutableArray<Core.Activities.Activity>>)call()!)
            : call()), CountsAlone);
    }

    [Fact]
    public void An_engine_that_sweeps_what_another_holds_is_caught() =>
        AssertCaught("begins the sweep", WithStore((name, arguments, call) => name switch
        {
            nameof(IStore.TryAcquireSweepAsync) => SweepAnyhowAsync((Task<SweepLease?>)call()!, arguments),
            nameof(IStore.RenewSweepsAsync) => RenewAnyhowAsync((Task<ImmutableArray<SweepLease>>)call()!, arguments),
            _ => call(),
        }));

    [Fact]
    public void An_engine_that_records_sweeps_without_their_lease_is_caught() =>
        AssertCaught("without a sweep's lease", WithStore((name, arguments, call) =>
        {
            if (name is nameof(IStore.RecordIdleAsync))
            {
                arguments[1] = null;
            }

            return call();
        }));

    [Fact]
    public void A_launch_that_is_spent_and_was_never_called_is_caught_when_its_check_ends()
    {
        var now = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var launch = new Launch
        {
            Id = new(Guid.Parse("11111111-1111-4111-8111-111111111111")), Group = default,
            Template = default, InstanceName = "web-1", Reason = "1 missing",
            CreatedAt = now, UpdatedAt = now,
        };
        var state = new GroupState { Group = default };
        var begun = new CheckRecord { State = state with { Launched = state.Launched.Add(1, now) }, Launches = [launch] };
        var (called, uncalled) = (new BrakeBook(), new BrakeBook());
        called.LaunchCalled(launch.Id);

        Assert.Null(Record(uncalled, begun, releases: false));
        Assert.Contains("never called", Record(uncalled, begun with { Launches = [] }, releases: true), StringComparison.Ordinal);
        Assert.Null(Record(called, begun, releases: true));

        string? Record(BrakeBook book, CheckRecord record, bool releases) => book.OnRecorded(1, state, record, _ => false, now, releases);
    }

    [Fact]
    public void Members_that_move_home_too_often_or_for_nothing_are_caught()
    {
        var (book, made) = (new MoveBook(), new List<LaunchId>());
        for (var number = 0; number < 5; number++)
        {
            made.Add(new(new Guid(number, 0, 0, new byte[8])));
        }

        made.Skip(1).ToList().ForEach(book.Written);
        Assert.Null(book.OnMade(made[0], TimeSpan.Zero, most: 0));
        Assert.Null(book.OnMade(made[1], TimeSpan.Zero, most: 2));
        Assert.Null(book.OnMade(made[2], TimeSpan.FromMinutes(49), most: 2));
        Assert.Null(book.OnMade(made[3], TimeSpan.FromMinutes(51), most: 2));
        Assert.Contains("3 members moved", book.OnMade(made[4], TimeSpan.FromMinutes(52), most: 2), StringComparison.Ordinal);

        Assert.Null(book.OnEnded(made[0], TimeSpan.Zero));
        Assert.Null(book.OnEnded(made[1], TimeSpan.FromMinutes(11)));
        made.Take(4).ToList().ForEach(launch => Assert.Null(book.OnEnded(launch, TimeSpan.FromMinutes(1))));
        Assert.Contains("have moved home and ended", book.OnEnded(made[4], TimeSpan.FromMinutes(9)), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_that_record_under_one_fence_are_caught()
    {
        var book = new SweepBook(new SimulationLoop(), TimeSpan.FromSeconds(30));
        var lease = new SweepLease(new(new(Guid.Empty), "cloud"), "one", Fence: 7, EndsAt: default);

        Assert.Null(book.OnRecorded("one", lease));
        Assert.Null(book.OnRecorded("one", lease));
        Assert.Null(book.OnRecorded("two", lease with { Fence = 8 }));
        Assert.Contains("both recorded", book.OnRecorded("two", lease), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_records_after_its_lease_is_caught()
    {
        var book = new SweepBook(new SimulationLoop(), TimeSpan.FromSeconds(30));
        var lease = new SweepLease(new(new(Guid.Empty), "cloud"), "one", Fence: 7, EndsAt: default);

        book.Held("one", lease.Sweep, began: TimeSpan.FromSeconds(-29));
        Assert.Null(book.OnIdle("one", lease, groups: 2));
        book.Held("one", lease.Sweep, began: TimeSpan.FromSeconds(-30));
        Assert.Contains("does not surely hold", book.OnIdle("one", lease, groups: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_keeps_one_more_than_is_wanted_is_caught() =>
        AssertCaught("overshoots", WithGroups(
            group => group with { Capacity = group.Capacity with { Desired = group.Capacity.Desired + 1, Max = group.Capacity.Max + 1 } }));

    [Fact]
    public void An_engine_that_keeps_one_less_than_is_wanted_is_caught() =>
        AssertCaught("is cut down", WithGroups(
            group => group with { Capacity = group.Capacity with { Desired = Math.Max(0, group.Capacity.Desired - 1), Min = 0 } }));

    [Fact]
    public void An_engine_that_hears_no_claims_is_caught() => AssertCaught("wanted", WithReads(record => record with { Claims = [] }));

    [Fact]
    public void An_engine_that_heeds_claims_after_their_end_is_caught() => AssertCaught("wanted", WithReads(record => record with
    {
        Claims = [.. record.Claims.Select(claim => claim with { Until = null })],
    }));

    [Fact]
    public void An_engine_that_takes_silence_for_sickness_is_caught() => AssertCaught(
        "nobody is sure of it",
        WithReads(record => record with
        {
            Notes =
            [
                .. record.Notes.Select(note => note with
                {
                    Findings = [.. note.Findings.Select(finding => finding with { Verdict = Verdict.Unhealthy, ExpiresAt = null })],
                }),
            ],
        }));

    [Fact]
    public void An_engine_that_hears_nothing_of_sickness_is_caught() =>
        AssertCaught("is said to be unhealthy since", WithReads(record => record with
        {
            Notes = [.. record.Notes.Select(note => note with
            {
                Findings = [.. note.Findings.Select(finding => finding with { Verdict = Verdict.Healthy, ExpiresAt = null })],
            })],
        }));

    [Fact]
    public void An_engine_that_ends_more_of_the_sick_at_once_than_its_group_allows_is_caught() =>
        AssertCaught("is cut down to", WithGroups(group => group with
        {
            Repair = group.Repair with
            {
                Order = ReplaceOrder.TerminateFirst, UnavailableMax = new(100, IsPercent: true), WhenMost = MassVerdict.Replace,
            },
        }));

    [Fact]
    public void An_engine_that_knows_no_drain_is_caught() => AssertCaught(
        "has not drained", WithGroups(group => group with { Drain = null, Hooks = Hooks.None }));

    [Fact]
    public void An_engine_that_ends_who_waits_at_a_gate_is_caught() =>
        AssertCaught("holds it until", WithReads(record => record with { Notes = Answered(record, GateAnswer.Continue) }));

    [Fact]
    public void An_engine_that_gives_up_whom_no_hook_has_given_up_is_caught() =>
        AssertCaught("given up by a hook, and none has", WithReads(record => record with { Notes = Answered(record, GateAnswer.Abandon) }));

    [Fact]
    public void An_engine_that_forgets_who_drains_is_caught() => AssertCaught(
        "drains, and it lives",
        WithRecords(record => record with
        {
            State = record.State with
            {
                Members = [.. record.State.Members.Where(member => member.Phase is not MemberPhase.Draining
                    || member.Since > record.State.CheckedAt - TimeSpan.FromSeconds(5))],
            },
        }),
        CountsAlone);

    [Fact]
    public void An_engine_that_believes_that_most_are_sick_is_caught() => AssertCaught(
        "while most of them are said to be",
        WithGroups(group => group with { Repair = group.Repair with { WhenMost = MassVerdict.Replace } }),
        worlds: World.HasHealth);

    [Fact]
    public void An_engine_that_replaces_instances_before_they_are_old_is_caught() =>
        AssertCaught("and it is not so old", WithGroups(group => group with { LifetimeMax = group.LifetimeMax / 2 }));

    [Fact]
    public void An_engine_that_launches_more_at_once_than_its_group_allows_is_caught() =>
        AssertCaught("in flight", WithGroups(group => group with { Brakes = group.Brakes with { LaunchesInFlightMax = 100 } }));

    [Fact]
    public void An_engine_that_launches_more_in_an_hour_than_its_group_allows_is_caught() =>
        AssertCaught("within 50 minutes", WithGroups(group => group with { Brakes = group.Brakes with { LaunchesPerHourMax = 10_000 } }));

    [Fact]
    public void An_engine_that_spends_launches_that_were_refused_is_caught() =>
        // A task's edge sees it first: what is spent was not begun.
        AssertCaught(
            "launches are spent",
            WithRecords(record => record with
            {
                Launches = [.. record.Launches.Select(
                    launch => launch.Phase is LaunchPhase.Intended ? launch with { Phase = LaunchPhase.Failed } : launch)],
            }),
            ignores: words => words.Contains("what no check can do", StringComparison.Ordinal));

    [Fact]
    public void An_engine_that_gives_launches_back_that_were_made_is_caught() =>
        AssertCaught(
            "launches are spent", WithRecords(record => record with { State = record.State with { Launched = HourlyCount.Empty } }));

    [Fact]
    public void An_engine_that_gives_terminations_back_that_were_made_is_caught() =>
        AssertCaught(
            "terminations are spent", WithRecords(record => record with { State = record.State with { Terminated = HourlyCount.Empty } }));

    [Fact]
    public void An_engine_that_forgets_whom_it_called_for_is_caught() =>
        AssertCaught("it was called for and not refused", WithRecords(record => record with
        {
            State = record.State with { RecentTerminations = [.. record.State.RecentTerminations.Where(one => !one.IsTold)] },
        }));

    [Fact]
    public void An_engine_that_calls_a_group_healthy_whose_instances_do_not_end_is_caught() =>
        AssertCaught("is said to be healthy", WithRecords(record => record with
        {
            State = record.State with
            {
                Condition = record.State.Condition is GroupCondition.Degraded ? GroupCondition.Healthy : record.State.Condition,
            },
        }));

    [Fact]
    public void An_engine_that_does_nothing_is_caught() =>
        AssertCaught("minutes after the last fault", _ => new IdleEngine());

    [Fact]
    public void An_engine_that_dies_is_caught() =>
        AssertCaught("died of", _ => new DyingEngine());

    /// <summary>An engine that loses its ledger counts wrongly too, and is caught for that first.</summary>
    private static bool CountsAlone(string violation) =>
        violation.Contains("are spent of", StringComparison.Ordinal) || violation.Contains("is given back", StringComparison.Ordinal)
        || violation.Contains("the engine wrote what no check can do", StringComparison.Ordinal);

    /// <summary>All gates of all who wait at any are told this.</summary>
    private static ImmutableArray<MemberNote> Answered(GroupRecord record, GateAnswer answer) =>
    [
        .. record.Notes.Where(note => record.State.Members.All(member => member.Instance != note.Instance)),
        .. record.State.Members.Select(member => new MemberNote
        {
            Instance = member.Instance,
            Cloud = member.Cloud ?? record.Template.Cloud,
            Gates = [.. record.Group.Hooks.All.Select(hook => hook.Name).Append(Gates.Drain)
                .Select(gate => new GateWord(gate, answer, DateTimeOffset.MaxValue, null))],
        }),
    ];

    private static void AssertCaught(
        string words, EngineFactory factory, Func<string, bool>? ignores = null, Func<ulong, bool>? worlds = null)
    {
        var seen = new List<string>();
        for (var seed = 1UL; seen.Count < SeedsMax; seed++)
        {
            if (worlds?.Invoke(seed) == false)
            {
                continue;
            }

            var result = World.Run(seed, factory, ignores: ignores);
            if (result.Violation?.Contains(words, StringComparison.Ordinal) == true)
            {
                return;
            }

            seen.Add(result.Violation ?? "nothing");
        }

        Assert.Fail(
            $"nobody said '{words}' in {SeedsMax} worlds, but:\n"
            + $"{string.Join('\n', seen.GroupBy(one => one.Split('\n')[0]).Select(group => $"{group.Count()} x {group.Key}").Take(20))}");
    }

    private static EngineFactory WithClouds(Func<ICloud, ICloud> flaw) => parts => new MusterEngine(parts with
    {
        Clouds = parts.Clouds.ToImmutableSortedDictionary(cloud => cloud.Key, cloud => flaw(cloud.Value), StringComparer.Ordinal),
    });

    private static EngineFactory WithStore(Func<string, object?[], Func<object?>, object?> flaw) =>
        parts => new MusterEngine(parts with { Store = BrokenStore.With(parts.Store, flaw) });

    private static EngineFactory WithRecords(Func<CheckRecord, CheckRecord> flaw) => WithStore((_, arguments, call) =>
    {
        Write(arguments, flaw);
        return call();
    });

    private static void Write(object?[] arguments, Func<CheckRecord, CheckRecord> flaw)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = arguments[index] switch
            {
                CheckRecord record => flaw(record),
                ImmutableArray<CheckRecord> records => records.Select(flaw).ToImmutableArray(),
                var other => other,
            };
        }
    }

    private static EngineFactory WithGroups(Func<Group, Group> flaw) =>
        WithReads(record => record with { Group = flaw(record.Group) });

    private static EngineFactory WithReads(Func<GroupRecord, GroupRecord> flaw) => WithStore((_, _, call) => Read(call(), flaw));

    private static object? Read(object? answer, Func<GroupRecord, GroupRecord> flaw) => answer switch
    {
        Task<GroupRecord?> one => ChangeAsync(one, record => record is null ? null : flaw(record)),
        Task<ImmutableArray<GroupRecord>> many => ChangeAsync(many, records => records.Select(flaw).ToImmutableArray()),
        var other => other,
    };

    private static async Task<T> ChangeAsync<T>(Task<T> task, Func<T, T> change) => change(await task);

    private static async Task<GroupLease?> AcquireAnyhowAsync(
        Task<GroupLease?> task, object?[] arguments, Dictionary<GroupId, string> holders)
    {
        var (group, holder) = ((GroupId)arguments[0]!, (string)arguments[1]!);
        if (await task is { } granted)
        {
            holders[group] = holder;
            return granted;
        }

        return new(
            group, holders.GetValueOrDefault(group, holder), (long)arguments[2]!, (DateTimeOffset)arguments[3]! + (TimeSpan)arguments[4]!);
    }

    private static async Task<SweepLease?> SweepAnyhowAsync(Task<SweepLease?> task, object?[] arguments) =>
        await task
        ?? new SweepLease(
            (SweepKey)arguments[0]!,
            (string)arguments[1]!,
            (long)arguments[2]! + 1,
            (DateTimeOffset)arguments[3]! + (TimeSpan)arguments[4]!);

    private static async Task<ImmutableArray<SweepLease>> RenewAnyhowAsync(Task<ImmutableArray<SweepLease>> task, object?[] arguments)
    {
        await task;
        return (ImmutableArray<SweepLease>)arguments[0]!;
    }

    private static async Task<ImmutableArray<Core.Activities.Activity>> WriteAnyhowAsync(
        Task<ImmutableArray<Core.Activities.Activity>> task)
    {
        try
        {
            return await task;
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced)
        {
            return [];
        }
    }

    private sealed class IdleEngine : IEngine
    {
        public Task RunAsync(CancellationToken stopping)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            stopping.Register(stopped.SetResult);
            return stopped.Task;
        }

        public void Wake(GroupId group)
        {
        }

        public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) =>
            throw new CloudException(CloudErrorKind.Unavailable, "never looks");
    }

    private sealed class DyingEngine : IEngine
    {
        public async Task RunAsync(CancellationToken stopping)
        {
            await Task.Yield();
            throw new InvalidOperationException("a bug");
        }

        public void Wake(GroupId group)
        {
        }

        public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) =>
            throw new CloudException(CloudErrorKind.Unavailable, "dead");
    }
}
