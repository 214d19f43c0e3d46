using System.Collections.Concurrent;
using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Metrics.Board;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Board;

public sealed class MetricBoardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(string Metric, Exception Error)> _faults = [];
    private readonly MetricScope _web = Some.Group("web");
    private readonly MetricScope _jobs = Some.Group("jobs");

    [Fact]
    public async Task A_round_tells_of_each_group_what_its_source_answered_and_when_it_was_so()
    {
        var source = new ScriptedSource(Answer(5));
        await using var board = Board(new BoardMetric("queue", source));

        var round = await ReadAsync(board, ("queue", [_web, _jobs]));

        Assert.Equal([_web.Group, _jobs.Group], round["queue"].Select(answer => answer.Group));
        Assert.All(round["queue"], answer => Assert.Equal([new MetricSample(5, null, _time.GetUtcNow())], answer.Samples));
    }

    [Fact]
    public async Task Within_its_pace_a_source_is_not_asked_again_and_its_samples_keep_their_time()
    {
        var source = new ScriptedSource(Answer(5));
        await using var board = Board(new BoardMetric("queue", source) { Every = TimeSpan.FromMinutes(1) });
        var first = await ReadAsync(board, ("queue", [_web]));

        _time.Advance(TimeSpan.FromSeconds(30));
        var second = await ReadAsync(board, ("queue", [_web]));
        _time.Advance(TimeSpan.FromSeconds(30));
        var third = await ReadAsync(board, ("queue", [_web]));

        Assert.Equal(2, source.Reads);
        Assert.Equal(first["queue"][0].Samples, second["queue"][0].Samples);
        Assert.Equal(_time.GetUtcNow(), third["queue"][0].Samples[0].At);
    }

    [Fact]
    public async Task A_group_that_is_new_is_read_at_once()
    {
        var source = new ScriptedSource(Answer(5));
        await using var board = Board(new BoardMetric("queue", source) { Every = TimeSpan.FromMinutes(1) });
        await ReadAsync(board, ("queue", [_web]));

        var round = await ReadAsync(board, ("queue", [_web, _jobs]));

        Assert.All(round["queue"], answer => Assert.Null(answer.Failure));
    }

    [Fact]
    public async Task A_slow_source_delays_nobody_else_and_is_never_asked_twice_at_once()
    {
        var gate = new TaskCompletionSource();
        var slow = new ScriptedSource(async (groups, _) =>
        {
            await gate.Task;
            return Same(groups, 1);
        });
        await using var board = Board(
            new BoardMetric("slow", slow) { Timeout = TimeSpan.FromMinutes(5) }, new BoardMetric("fast", new ScriptedSource(Answer(7))));

        var round = await RoundAsync(board, ("slow", [_web]), ("fast", [_web]));
        _time.Advance(TimeSpan.FromSeconds(10));
        var later = await RoundAsync(board, ("slow", [_web]), ("fast", [_web]));

        Assert.Equal(7, round["fast"][0].Samples[0].Value);
        Assert.Equal("slow has not answered for 2s", round["slow"][0].Failure);
        Assert.Equal("slow has not answered for 14s", later["slow"][0].Failure);
        Assert.Equal(1, slow.Reads);
        Assert.Equal(TimeSpan.FromSeconds(14), Assert.Single(board.Figures(), one => one.Metric == "slow").WaitingFor);

        gate.SetResult();
        await Patiently.UntilAsync(
            async () => (await RoundAsync(board, ("slow", [_web])))["slow"][0].Failure is null, "the slow one has answered");
    }

    [Fact]
    public async Task A_source_that_does_not_answer_in_time_is_told_to_stop()
    {
        var told = new TaskCompletionSource();
        var source = new ScriptedSource(async (_, cancellation) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            finally
            {
                told.SetResult();
            }

            return [];
        });
        await using var board = Board(new BoardMetric("mute", source)
        {
            Timeout = TimeSpan.FromSeconds(10),
            // Tried again later than the test looks.
            Every = TimeSpan.FromMinutes(5),
        });
        await RoundAsync(board, ("mute", [_web]));
        await Patiently.UntilAsync(() => source.Reads == 1, "the source is asked");

        _time.Advance(TimeSpan.FromSeconds(10));
        await Patiently.ForAsync(told.Task, "the source is told to stop");
        await Patiently.UntilAsync(() => board.Figures()[0].Failures == 1, "the failure is counted");

        var round = await ReadAsync(board, ("mute", [_web]));
        Assert.Equal("mute did not answer within 10s", round["mute"][0].Failure);
    }

    [Fact]
    public async Task Failures_are_told_to_every_group_counted_and_tried_again_further_and_further_apart()
    {
        var source = new ScriptedSource((_, _) => throw new MetricException("it rains"));
        await using var board = Board(new BoardMetric("queue", source) { Every = TimeSpan.FromSeconds(15) });

        for (var second = 0; second < 600; second += 5)
        {
            Assert.All((await ReadAsync(board, ("queue", [_web, _jobs])))["queue"], answer => Assert.Equal("it rains", answer.Failure));
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        // Every 15 s would be forty: 15, 30, 60 and then 120 s, and with jitter down to half of that.
        Assert.InRange(source.Reads, 7, 16);
        var figures = board.Figures()[0];
        Assert.Equal((source.Reads, source.Reads, "it rains"), (figures.Reads, figures.Failures, figures.LastError));
    }

    [Fact]
    public async Task A_source_that_works_again_has_its_pace_again()
    {
        var isBroken = true;
        var source = new ScriptedSource((groups, _) =>
            isBroken ? throw new MetricException("it rains") : Task.FromResult(Same(groups, 3)));
        await using var board = Board(new BoardMetric("queue", source));
        await ReadAsync(board, ("queue", [_web]));

        isBroken = false;
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null((await ReadAsync(board, ("queue", [_web])))["queue"][0].Failure);
        Assert.Null(board.Figures()[0].LastError);
        _time.Advance(TimeSpan.FromSeconds(15));
        await ReadAsync(board, ("queue", [_web]));

        Assert.Equal(3, source.Reads);
    }

    [Fact]
    public async Task A_fault_of_a_source_is_told_to_the_log_and_harms_no_other()
    {
        var source = new ScriptedSource((_, _) => throw new InvalidOperationException("password=s3cret"));
        await using var board = Board(new BoardMetric("bad", source), new BoardMetric("good", new ScriptedSource(Answer(1))));

        var round = await ReadAsync(board, ("bad", [_web]), ("good", [_web]));

        Assert.Equal("bad cannot be read: a fault in Muster, told in the server's log", round["bad"][0].Failure);
        Assert.Equal(1, round["good"][0].Samples[0].Value);
        await Patiently.UntilAsync(() => _faults.Any(fault => fault.Metric == "bad"), "the log is told");
    }

    [Fact]
    public async Task What_is_not_configured_is_told_with_what_is()
    {
        await using var board = Board(
            new BoardMetric("cpu", new ScriptedSource(Answer(1))), new BoardMetric("age", new ScriptedSource(Answer(1))));

        Assert.Equal("there is no metric cup here: age, cpu", (await ReadAsync(board, ("cup", [_web])))["cup"][0].Failure);
    }

    [Fact]
    public async Task A_group_that_the_source_left_out_has_a_sentence()
    {
        var source = new ScriptedSource((groups, _) => Task.FromResult(Same(groups[..1], 1)));
        await using var board = Board(new BoardMetric("queue", source));

        Assert.Equal(
            "queue has no value for this group", (await ReadAsync(board, ("queue", [_web, _jobs])))["queue"][1].Failure);
    }

    [Fact]
    public async Task Closing_ends_what_is_under_way_and_lets_each_source_go()
    {
        var source = new ScriptedSource(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return [];
        });
        var board = Board(new BoardMetric("mute", source));
        await RoundAsync(board, ("mute", [_web]));

        await Patiently.ForAsync(board.DisposeAsync().AsTask(), "the board is closed");

        Assert.True(source.IsDisposed);
    }

    private static Func<ImmutableArray<MetricScope>, CancellationToken, Task<ImmutableArray<MetricAnswer>>> Answer(double value) =>
        (groups, _) => Task.FromResult(Same(groups, value));

    private static ImmutableArray<MetricAnswer> Same(ImmutableArray<MetricScope> groups, double value) =>
        [.. groups.Select(group => new MetricAnswer(group.Group, [new(value)]))];

    private MetricBoard Board(params ImmutableArray<BoardMetric> metrics) =>
        new(metrics, _time, new SystemRandomSource(), (metric, error) => _faults.Enqueue((metric, error)));

    /// <summary>A round in which every source answers.</summary>
    private static Task<System.Collections.Frozen.FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
        MetricBoard board, params (string Metric, ImmutableArray<MetricScope> Groups)[] needs) =>
        Patiently.ForAsync(
            board.ReadAsync(
                needs.ToDictionary(need => need.Metric, need => need.Groups), TimeSpan.FromHours(1), TestContext.Current.CancellationToken),
            "the round ends");

    /// <summary>A round in which some may not: the clock moves until its patience is over.</summary>
    private async Task<System.Collections.Frozen.FrozenDictionary<string, ImmutableArray<MetricAnswer>>> RoundAsync(
        MetricBoard board, params (string Metric, ImmutableArray<MetricScope> Groups)[] needs)
    {
        var reading = board.ReadAsync(
            needs.ToDictionary(need => need.Metric, need => need.Groups), Patience, TestContext.Current.CancellationToken);
        // Those that answer do so before the clock moves.
        await Patiently.UntilAsync(
            () => reading.IsCompleted || needs.All(need => need.Metric is "slow" or "mute" || board.Figures().Any(
                one => one.Metric == need.Metric && one.WaitingFor is null)),
            "the fast ones have answered");
        if (!reading.IsCompleted)
        {
            _time.Advance(Patience);
        }

        return await Patiently.ForAsync(reading, "the round ends");
    }

    private sealed class ScriptedSource(
        Func<ImmutableArray<MetricScope>, CancellationToken, Task<ImmutableArray<MetricAnswer>>> readAsync) : IMetricSource
    {
        private int _reads;

        public int Reads => _reads;

        public bool IsDisposed { get; private set; }

        public Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return readAsync(groups, cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
