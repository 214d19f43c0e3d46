using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Metrics;
using Muster.Core.Pulsing;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>
/// Asks every policy at its interval what it recommends, and moves the level of groups where they have come to something else.
/// </summary>
/// <remarks>
/// One loop, and one thread at a time. Everything it knows is in the store and in the readings: a round that fails is made again, and a
/// server that dies is replaced by the next round of another.
/// </remarks>
public sealed class SteeringRounds : IDisposable
{
    /// <summary>How often old readings are forgotten: those of metrics that nobody reads any more, which nothing overwrites.</summary>
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly ISteeringStore _store;
    private readonly ISweepStore _servers;
    private readonly IMetricBoard _board;
    private readonly IPulse _pulse;
    private readonly ActivityFeed _feed;
    private readonly TimeProvider _timeProvider;
    private readonly IRandomSource _random;
    private readonly SteeringOptions _options;
    private readonly ISteeringObserver _observer;
    private readonly string _holder;
    private readonly SteeredReadings _readings;
    private readonly Alarm _alarm;

    // Written by the loop, read by whoever shows it.
    private volatile ImmutableDictionary<GroupId, (string Name, SteeringState State)> _states =
        ImmutableDictionary<GroupId, (string Name, SteeringState State)>.Empty;

    private volatile RoundFigures _figures = new(Rounds: 0, Failed: 0, Moves: 0, LastDuration: TimeSpan.Zero);

    // The loop's own.
    private long? _keptAt;
    private long? _forgotAt;
    private int _failures;

    /// <summary>Rounds that rest until <see cref="RunAsync"/>.</summary>
    /// <param name="store">What is remembered.</param>
    /// <param name="readings">Where readings are kept.</param>
    /// <param name="servers">Who shares the store.</param>
    /// <param name="board">Where readings come from.</param>
    /// <param name="pulse">Checks a group whose level was moved.</param>
    /// <param name="feed">Announces what was recorded.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where ids come from.</param>
    /// <param name="options">How rounds are made.</param>
    /// <param name="observer">Hears of them.</param>
    /// <param name="holder">This server, as it is listed.</param>
    public SteeringRounds(
        ISteeringStore store, IReadingStore readings, ISweepStore servers, IMetricBoard board, IPulse pulse, ActivityFeed feed,
        TimeProvider timeProvider, IRandomSource random, SteeringOptions options, ISteeringObserver observer, string holder)
    {
        (_store, _servers, _board, _pulse, _feed) = (store, servers, board, pulse, feed);
        (_timeProvider, _random, _options, _observer, _holder) = (timeProvider, random, options, observer, holder);
        _readings = new(readings);
        _alarm = new(timeProvider);
    }

    /// <summary>What the last round of this server concluded for a group; null for one that is steered elsewhere, or not at all.</summary>
    public SteeringState? StateOf(GroupId group) => _states.GetValueOrDefault(group).State;

    /// <summary>Every group that is steered here, with its name and what the last round concluded.</summary>
    public ImmutableDictionary<GroupId, (string Name, SteeringState State)> States => _states;

    /// <summary>What the rounds of this server come to.</summary>
    public RoundFigures Figures => _figures;

    /// <summary>Has the next round made at once: a policy is new, or somebody pushed a reading.</summary>
    public void Hurry() => _alarm.Ring();

    /// <summary>Makes rounds until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ring = stopping.Register(_alarm.Ring);
        var due = _timeProvider.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            var began = _timeProvider.GetTimestamp();
            await TryRoundAsync(Later(_timeProvider.GetElapsedTime(due, began)), stopping);

            // From beginning to beginning; a round that took longer than the interval is followed by the next at once.
            var took = _timeProvider.GetElapsedTime(began);
            var wait = _failures > 0 ? Retry.After(_failures, _random) : Later(_options.Interval - took);
            due = _timeProvider.GetTimestamp() + (long)(wait.TotalSeconds * _timeProvider.TimestampFrequency);
            await _alarm.WaitAsync(wait);
        }

        await TryKeepAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    /// <summary>One round.</summary>
    /// <param name="late">How long after its time it began.</param>
    /// <param name="cancellationToken">Ends it between two steps; what was concluded and not written is concluded again.</param>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<RoundReport> RoundAsync(TimeSpan late, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        var readAt = _timeProvider.GetUtcNow();
        var groups = await ReadAsync(readAt, cancellationToken);
        await _readings.HoldAsync(groups, readAt, cancellationToken);
        await MeasureAsync(groups, cancellationToken);
        var now = _timeProvider.GetUtcNow();
        var states = ImmutableDictionary.CreateBuilder<GroupId, (string Name, SteeringState State)>();
        var records = ImmutableArray.CreateBuilder<SteeringRecord>();
        var keeps = _keptAt is not { } kept || _timeProvider.GetElapsedTime(kept) >= _options.KeepEvery || _readings.HaveFirst;
        var (moved, blind) = (0, 0);
        foreach (var group in groups)
        {
            var id = group.Record.Group.Id;
            var verdict = GroupSteering.Evaluate(
                group.Record, group.State, _readings.Of(id), now, _readings.ForecastsOf(group.Record));
            states[id] = (group.Record.Group.Name, verdict.State);
            moved += verdict.Meeting.Moves ? 1 : 0;
            blind += verdict.State.Outcomes.Count(outcome => outcome.Recommendation is Recommendation.Blind);
            if (verdict.Meeting.Moves || keeps || !verdict.State.SaysSameAs(group.State))
            {
                // As of when the groups were read: a person who has set the level since then has the last word.
                records.Add(GroupSteering.ToRecord(group.Record, verdict, new(_random.NextId()), readAt) with
                {
                    Basis = new(group.State.EvaluatedAt),
                });
            }
        }

        await WriteAsync(records.ToImmutable(), groups, cancellationToken);
        _states = states.ToImmutable();
        if (keeps)
        {
            await _readings.KeepAsync(groups, cancellationToken);
            _keptAt = _timeProvider.GetTimestamp();
        }

        if (_forgotAt is not { } forgot || _timeProvider.GetElapsedTime(forgot) >= ForgetEvery)
        {
            await _readings.ForgetAsync(now, cancellationToken);
            _forgotAt = _timeProvider.GetTimestamp();
        }

        var report = new RoundReport(groups.Length, moved, blind, _timeProvider.GetElapsedTime(began), late);
        _figures = _figures with
        {
            Rounds = _figures.Rounds + 1,
            Moves = _figures.Moves + moved,
            LastDuration = report.Duration,
        };
        _observer.OnRound(report);
        return report;
    }

    /// <summary>The groups that this server steers.</summary>
    private async Task<ImmutableArray<SteeredGroup>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var groups = await _store.ListSteeredAsync(cancellationToken);
        if (groups.IsEmpty)
        {
            return groups;
        }

        var servers = await _servers.ListServersAsync(now, cancellationToken);
        var share = new GroupShare(servers.Select(server => server.Holder), _holder);
        return [.. groups.Where(group => share.IsOwn(group.Record.Group.Id))];
    }

    /// <summary>Has the sources asked once for all groups, and takes in what they and others say.</summary>
    private async Task MeasureAsync(ImmutableArray<SteeredGroup> groups, CancellationToken cancellationToken)
    {
        var needs = groups
            .SelectMany(group => MetricsOf(group.Record), (group, metric) => (Metric: metric, Scope: ScopeOf(group.Record)))
            .GroupBy(need => need.Metric, need => need.Scope, StringComparer.Ordinal)
            .ToDictionary(need => need.Key, need => need.ToImmutableArray(), StringComparer.Ordinal);
        var answers = needs.Count == 0
            ? FrozenDictionary<string, ImmutableArray<MetricAnswer>>.Empty
            : await _board.ReadAsync(needs, _options.Patience, cancellationToken);
        var byGroup = answers
            .SelectMany(metric => metric.Value, (metric, answer) => (Metric: metric.Key, Answer: answer))
            .ToDictionary(each => (each.Metric, each.Answer.Group), each => each.Answer);
        var now = _timeProvider.GetUtcNow();
        foreach (var group in groups)
        {
            GroupMeasuring.TakeIn(group, byGroup, _readings.Of(group.Record.Group.Id), now);
        }
    }

    private static MetricScope ScopeOf(GroupRecord record) =>
        new(record.Group.Id, record.Group.Account, record.Group.Name) { Clouds = record.Clouds };

    private async Task WriteAsync(
        ImmutableArray<SteeringRecord> records, ImmutableArray<SteeredGroup> groups, CancellationToken cancellationToken)
    {
        if (records.IsEmpty)
        {
            return;
        }

        _feed.Announce(await _store.SteerAsync(records, cancellationToken));
        var moved = records.Where(record => record.Claim is not null).Select(record => record.Group).ToHashSet();
        foreach (var group in groups.Where(group => moved.Contains(group.Record.Group.Id)))
        {
            _pulse.WakeChanged(group.Record.Group.Id, group.Record.Group.Account);
        }
    }

    private async Task TryRoundAsync(TimeSpan late, CancellationToken stopping)
    {
        try
        {
            await RoundAsync(late, stopping);
            _failures = 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was concluded and not written is concluded again, by whoever steers these groups next.
        }
        catch (Exception error)
        {
            _failures++;
            _figures = _figures with { Failed = _figures.Failed + 1 };
            _observer.OnFailed(error);
        }
    }

    /// <summary>A server that stops in peace leaves what it read since the last time to whoever goes on.</summary>
    private async Task TryKeepAsync()
    {
        try
        {
            await _readings.KeepAsync(CancellationToken.None);
        }
        catch (StoreException error)
        {
            // As in a crash: what was read since the last time is lost.
            _observer.OnFailed(error);
        }
    }

    private static IEnumerable<string> MetricsOf(GroupRecord record) => record.Policies
        .Where(policy => policy.Mode is not PolicyMode.Off)
        .SelectMany(policy => policy.Rule.Metrics)
        .Distinct(StringComparer.Ordinal);

    private static TimeSpan Later(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
