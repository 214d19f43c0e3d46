using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Metrics;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Core.Steering.Rounds;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Steering.Rounds;

public sealed class SteeringRoundsTests : IDisposable
{
    private static readonly PolicyRule Alarm = new PolicyRule.Step
    {
        Metric = "cpu",
        IsAbove = true,
        Threshold = 80,
        For = TimeSpan.FromMinutes(5),
        Steps = [new(0, null, new(AdjustmentKind.Percent, 30))],
    };

    private static readonly PolicyRule Level = new PolicyRule.Target { Metric = "cpu", Value = 60 };

    private readonly SteeringBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task An_alarm_that_has_held_for_its_time_moves_the_level_wakes_the_group_and_tells_why()
    {
        await _bed.BeginAsync(Some.Group(10), Alarm);
        _bed.Says = _ => [new(91)];

        for (var round = 0; round < 20; round++)
        {
            await _bed.RoundAsync();
            Assert.Equal(10, await _bed.LevelAsync());
        }

        await _bed.RoundAsync();

        Assert.Equal(13, await _bed.LevelAsync());
        Assert.Equal([Some.GroupId], _bed.Woken);
        var record = await _bed.RecordAsync();
        var settled = record.SettleAt(_bed.Time.GetUtcNow());
        Assert.Equal("policy-0", settled.Source);
        Assert.Equal(1, record.Group.Version);
        var told = (await _bed.TrailAsync())[0];
        Assert.Equal((ActivityType.Change, "policy policy-0"), (told.Type, told.Author));
        Assert.StartsWith("capacity 10 → 13 by policy policy-0: cpu: 91, above 80", told.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_an_alarm_goes_on_from_the_kept_readings_and_a_cool_down_is_not_forgotten()
    {
        await _bed.BeginAsync(Some.Group(10), Alarm);
        _bed.Says = _ => [new(91)];
        for (var round = 0; round < 16; round++)
        {
            await _bed.RoundAsync();
        }

        using var next = new SteeringRounds(
            _bed.Store, _bed.Store, _bed.Store, _bed, _bed, new(), _bed.Time, new SystemRandomSource(), new(), _bed, "bed");
        for (var round = 0; round < 6; round++)
        {
            _bed.Time.Advance(TimeSpan.FromSeconds(15));
            await next.RoundAsync(TimeSpan.Zero, CancellationToken.None);
        }

        Assert.Equal(13, await _bed.LevelAsync());
        await _bed.RoundAsync();
        await _bed.RoundAsync();
        Assert.Equal(13, await _bed.LevelAsync());
    }

    [Fact]
    public async Task A_source_that_is_down_moves_nothing_and_the_policy_says_so_in_the_sources_words()
    {
        await _bed.BeginAsync(Some.Group(4), Level);

        var report = await _bed.RoundAsync();

        Assert.Equal((1, 0, 1), (report.Groups, report.Moved, report.Blind));
        var outcome = Assert.Single(_bed.Rounds.StateOf(Some.GroupId)!.Outcomes);
        Assert.IsType<Recommendation.Blind>(outcome.Recommendation);
        Assert.EndsWith("(the source is down)", outcome.Recommendation.Reason, StringComparison.Ordinal);
        Assert.Equal(4, await _bed.LevelAsync());
    }

    [Fact]
    public async Task A_policy_that_only_recommends_is_shown_and_never_followed()
    {
        await _bed.BeginAsync(Some.Group(4));
        await _bed.PutAsync(Level, "level", PolicyMode.Recommend);
        _bed.Says = _ => Each(4, 90);

        await _bed.RoundAsync();

        Assert.Equal(4, await _bed.LevelAsync());
        var said = Assert.IsType<Recommendation.Wants>(_bed.Rounds.StateOf(Some.GroupId)!.Of("level")!.Recommendation);
        Assert.Equal(6, said.Count);
    }

    [Fact]
    public async Task A_person_who_holds_the_level_is_moved_by_nobody_until_then()
    {
        await _bed.BeginAsync(Some.Group(4), Level);
        await _bed.ScaleAsync(4, hold: TimeSpan.FromMinutes(2));
        _bed.Says = _ => Each(4, 90);

        await _bed.RoundAsync(60);
        Assert.Equal(4, await _bed.LevelAsync());
        Assert.Contains("held by a person until", _bed.Rounds.StateOf(Some.GroupId)!.Conclusion, StringComparison.Ordinal);

        await _bed.RoundAsync(61);
        Assert.Equal(6, await _bed.LevelAsync());
    }

    [Fact]
    public async Task A_level_that_a_person_set_while_the_sources_were_asked_is_theirs()
    {
        await _bed.BeginAsync(Some.Group(4), Level);
        _bed.Says = scope =>
        {
            // The answer takes a second, and the person is faster.
            _bed.Time.Advance(TimeSpan.FromSeconds(1));
            _bed.ScaleAsync(2).GetAwaiter().GetResult();
            return Each(4, 90);
        };

        await _bed.RoundAsync();

        Assert.Equal(2, await _bed.LevelAsync());
    }

    [Fact]
    public async Task A_pushed_reading_counts_before_the_source_and_is_read_no_more_when_it_is_old()
    {
        await _bed.BeginAsync(Some.Group(4, min: 1), Level);
        _bed.Says = _ => Each(4, 60);
        await PushAsync(new PushedReading("cpu", null, 120, _bed.Time.GetUtcNow()));

        // Nobody says of how many instances it is the mean: of those that run, and none does yet.
        await _bed.RoundAsync();
        Assert.Equal(120, _bed.Rounds.StateOf(Some.GroupId)!.Of("policy-0")!.Recommendation!.Reading!.Value.Value);

        await _bed.RoundAsync(301);
        Assert.Equal(60, _bed.Rounds.StateOf(Some.GroupId)!.Of("policy-0")!.Recommendation!.Reading!.Value.Value);
    }

    [Fact]
    public async Task A_single_value_is_the_mean_of_those_that_were_up_and_moves_the_level_once()
    {
        await _bed.BeginAsync(Some.Group(2), Level);
        await _bed.CountAsync(running: 2);
        await PushAsync(new PushedReading("cpu", null, 91, _bed.Time.GetUtcNow()));
        await _bed.RoundAsync();
        Assert.Equal(4, await _bed.LevelAsync());

        await _bed.CountAsync(running: 4);
        await _bed.RoundAsync();
        await _bed.RoundAsync();
        Assert.Equal(4, await _bed.LevelAsync());
    }

    [Fact]
    public async Task One_instance_below_zero_makes_a_target_blind_and_does_not_shrink_the_group()
    {
        await _bed.BeginAsync(Some.Group(4), Level);
        _bed.Says = _ => [.. Each(3, 60), new(-178, "i-lies")];

        for (var round = 0; round < 30; round++)
        {
            await _bed.RoundAsync();
        }

        Assert.Equal(4, await _bed.LevelAsync());
        Assert.Contains(
            "-178: 0 or more", _bed.Rounds.StateOf(Some.GroupId)!.Of("policy-0")!.Recommendation!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readings_pushed_for_instances_are_their_mean()
    {
        await _bed.BeginAsync(Some.Group(2), Level);
        var now = _bed.Time.GetUtcNow();
        await PushAsync(new("cpu", "a", 100, now), new("cpu", "b", 20, now), new("cpu", "b", 80, now.AddSeconds(1)));

        await _bed.RoundAsync();

        var reading = _bed.Rounds.StateOf(Some.GroupId)!.Of("policy-0")!.Recommendation!.Reading!.Value;
        Assert.Equal((90, 2), (reading.Value, reading.Instances));
        Assert.Equal(3, await _bed.LevelAsync());
    }

    [Fact]
    public async Task What_steering_claims_already_is_not_claimed_again_while_a_schedule_keeps_the_level_up()
    {
        Assert.True(Window.TryParse("daily 00:00-24:00", out var window, out _));
        await _bed.BeginAsync(
            Some.Group(10),
            new PolicyRule.Target { Metric = "cpu", Value = 50, IsTotal = true, Stabilize = TimeSpan.Zero },
            new PolicyRule.Calendar(new() { Zone = "UTC", Windows = [window], Inside = new(Min: null, Max: null, Floor: 6) }));
        _bed.Says = _ => [new(150)];
        for (var round = 0; round < 10; round++)
        {
            await _bed.RoundAsync();
        }

        Assert.Equal(6, await _bed.LevelAsync());
        Assert.Equal(3, Assert.Single((await _bed.RecordAsync()).Claims).Desired);
        Assert.Single(await _bed.TrailAsync(), told => told.Author == "policy policy-0");
        Assert.EndsWith("and policy-1 keeps 6", _bed.Rounds.StateOf(Some.GroupId)!.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_that_was_overtaken_takes_nothing_back_and_forgets_no_cool_down()
    {
        await _bed.BeginAsync(Some.Group(10), new PolicyRule.Step
        {
            Metric = "cpu", IsAbove = true, Threshold = 80, Steps = [new(0, null, new(AdjustmentKind.Add, 1))],
        });
        _bed.Says = _ => [new(91)];
        using var other = new SteeringRounds(
            _bed.Store, _bed.Store, _bed.Store, _bed, _bed, new(), _bed.Time, new SystemRandomSource(), new(), _bed, "bed");

        // While this one asks its sources, another makes a whole round, and moves the level.
        var isNested = false;
        _bed.Says = _ =>
        {
            if (!isNested)
            {
                isNested = true;
                other.RoundAsync(TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult();
                _bed.Time.Advance(TimeSpan.FromSeconds(20));
            }

            return [new(91)];
        };
        await _bed.RoundAsync();

        var moved = (await _bed.Store.FindSteeringAsync(Some.GroupId, CancellationToken.None)).Of("policy-0")!.Memory.MovedAt;
        Assert.Equal(_bed.Time.GetUtcNow().AddSeconds(-20), moved);
        Assert.Equal(11, await _bed.LevelAsync());
        Assert.Single(await _bed.TrailAsync(), told => told.Author == "policy policy-0");
    }

    [Fact]
    public async Task The_first_reading_of_a_metric_is_kept_at_once_and_the_others_now_and_then()
    {
        await _bed.BeginAsync(Some.Group(2));
        await _bed.RoundAsync();
        await _bed.PutAsync(Level, "level");
        _bed.Says = _ => Each(2, 60);

        await _bed.RoundAsync();
        Assert.Single(Assert.Single(await KeptAsync()).Readings);
        await _bed.RoundAsync();
        Assert.Single(Assert.Single(await KeptAsync()).Readings);
        await _bed.RoundAsync(45);
        Assert.Equal(3, Assert.Single(await KeptAsync()).Readings.Length);
    }

    [Fact]
    public async Task Readings_that_nobody_reads_any_more_are_forgotten_when_they_are_too_old()
    {
        await _bed.BeginAsync(Some.Group(2), Level);
        _bed.Says = _ => Each(2, 60);
        await _bed.RoundAsync();
        Assert.NotEmpty(await KeptAsync());

        await _bed.RemoveAsync("policy-0");
        await _bed.RoundAsync(4 * 3600);

        Assert.Empty(await KeptAsync());
    }

    private Task<ImmutableArray<ReadingChunk>> KeptAsync() =>
        _bed.Store.FindReadingsAsync(Some.GroupId, "cpu", Resolution.Raw, DateTimeOffset.MinValue, CancellationToken.None);

    [Fact]
    public async Task Schedules_need_no_round()
    {
        await _bed.BeginAsync(Some.Group(0, max: 5));
        Assert.True(Window.TryParse("daily 11:00-13:00", out var window, out _));
        await _bed.PutAsync(
            new PolicyRule.Calendar(new() { Zone = "UTC", Windows = [window!], Inside = new(3, null, null), Outside = new(null, 0, null) }),
            "office");

        Assert.Equal(3, await _bed.LevelAsync());
        Assert.Equal(0, (await _bed.RoundAsync()).Groups);
        _bed.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await _bed.LevelAsync());
        Assert.Equal(0, _bed.Asked);
    }

    [Fact]
    public async Task How_long_instances_take_to_come_up_is_measured_from_round_to_round()
    {
        await _bed.BeginAsync(Some.Group(4), Level);
        _bed.Says = _ => Each(4, 60);

        await _bed.RoundAsync();
        await _bed.CountAsync(running: 3);
        await _bed.RoundAsync();
        Assert.Null(_bed.Rounds.StateOf(Some.GroupId)!.Boots.Typical);

        await _bed.CountAsync(running: 4);
        await _bed.RoundAsync();
        Assert.Equal(TimeSpan.FromSeconds(30), _bed.Rounds.StateOf(Some.GroupId)!.Boots.Typical);
    }

    [Fact]
    public async Task An_explanation_of_an_earlier_time_knows_nothing_of_a_hold_that_came_later()
    {
        await _bed.BeginAsync(Some.Group(2), Level);
        _bed.Says = _ => Each(2, 60);
        await _bed.RoundAsync();
        var before = _bed.Time.GetUtcNow();
        _bed.Time.Advance(TimeSpan.FromMinutes(1));
        await _bed.ScaleAsync(4, hold: TimeSpan.FromHours(2));
        var record = await _bed.RecordAsync();

        string Told(DateTimeOffset at) => GroupSteering
            .EvaluatePast(record, SteeringState.None, new ReadingLog(Some.GroupId), at, level: 2, running: 2).Meeting.Reason;

        Assert.DoesNotContain("held", Told(before), StringComparison.Ordinal);
        Assert.StartsWith("held by a person until ", Told(_bed.Time.GetUtcNow()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_in_peace_has_kept_all_that_it_read()
    {
        await _bed.BeginAsync(Some.Group(2), Level);
        _bed.Says = _ => Each(2, 60);
        await _bed.RoundAsync();
        await _bed.RoundAsync();
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await _bed.Rounds.RunAsync(stopping.Token);

        var kept = await _bed.Store.FindReadingsAsync(
            Some.GroupId, "cpu", Resolution.Raw, _bed.Time.GetUtcNow().AddHours(-1), CancellationToken.None);
        Assert.Equal(2, kept.Sum(chunk => chunk.Readings.Length));
    }

    private Task PushAsync(params ImmutableArray<PushedReading> pushed) =>
        _bed.Store.PushReadingsAsync(Some.GroupId, pushed, _bed.Time.GetUtcNow(), CancellationToken.None);

    private static ImmutableArray<MetricSample> Each(int count, double value) =>
        [.. Enumerable.Range(0, count).Select(number => new MetricSample(value, $"i-{number}"))];
}
