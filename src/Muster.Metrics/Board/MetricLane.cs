using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

using Muster.Core;
using Muster.Core.Metrics;

namespace Muster.Metrics.Board;

/// <summary>The reads of one metric: at most one under way, at its own pace, and further apart after failures.</summary>
/// <param name="metric">What is read.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where jitter comes from.</param>
/// <param name="fault">Gets what is no failure of the outside world but a fault of the source.</param>
/// <param name="stop">Fires when the board is closed.</param>
internal sealed class MetricLane(
    BoardMetric metric, TimeProvider timeProvider, IRandomSource random, Action<string, Exception> fault, CancellationToken stop)
{
    /// <summary>Longest time between two reads that fail: who mends a source waits no longer.</summary>
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(2);

    /// <summary>A read that was told to end has that long; the server's own end must not wait for it forever.</summary>
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    /// <summary>A round that comes a little early is the round that the pace means.</summary>
    private const double PaceSlack = 0.9;

    private readonly Lock _gate = new();

    // Under the gate.
    private Task? _reading;
    private FrozenSet<GroupId> _asked = FrozenSet<GroupId>.Empty;
    private FrozenDictionary<GroupId, MetricAnswer> _answers = FrozenDictionary<GroupId, MetricAnswer>.Empty;
    private long _startedAt;
    private TimeSpan _pause;
    private int _failuresInRow;
    private long _reads;
    private long _failures;
    private TimeSpan _duration;
    private DateTimeOffset? _lastAt;
    private string? _lastError;

    /// <summary>Reads for these groups if it is time to, and waits for the read that is under way.</summary>
    /// <returns>When it is over: at once when none is. Never fails.</returns>
    public Task ReadAsync(ImmutableArray<MetricScope> groups)
    {
        lock (_gate)
        {
            if (_reading is not null || stop.IsCancellationRequested || groups.IsEmpty || !IsDue_NeedsGate(groups))
            {
                return _reading ?? Task.CompletedTask;
            }

            _startedAt = timeProvider.GetTimestamp();
            _asked = groups.Select(group => group.Group).ToFrozenSet();
            // On a thread of its own: not even a source that blocks holds up the others.
            return _reading = Task.Run(() => RunAsync(groups), CancellationToken.None);
        }
    }

    /// <summary>What is known now: an answer for each group.</summary>
    public ImmutableArray<MetricAnswer> Answers(ImmutableArray<MetricScope> groups)
    {
        lock (_gate)
        {
            return [.. groups.Select(group => Answer_NeedsGate(group.Group))];
        }
    }

    /// <summary>How it goes.</summary>
    public MetricFigures Figures()
    {
        lock (_gate)
        {
            return new(
                metric.Name, _reads, _failures, _duration, _lastAt, _lastError,
                _reading is null ? null : timeProvider.GetElapsedTime(_startedAt));
        }
    }

    /// <summary>Waits for the read that is under way, and lets the source go.</summary>
    public async Task CloseAsync()
    {
        Task? reading;
        lock (_gate)
        {
            reading = _reading;
        }

        if (reading is not null)
        {
            try
            {
                await reading.WaitAsync(ClosingPatience, timeProvider, CancellationToken.None);
            }
            catch (TimeoutException error)
            {
                // What it still uses is not taken from it.
                fault(metric.Name, error);
                return;
            }
        }

        await metric.Source.DisposeAsync();
    }

    private bool IsDue_NeedsGate(ImmutableArray<MetricScope> groups)
    {
        if (_reads == 0)
        {
            return true;
        }

        var elapsed = timeProvider.GetElapsedTime(_startedAt);
        return _failuresInRow > 0
            ? elapsed >= _pause
            : elapsed >= metric.Every * PaceSlack || groups.Any(group => !_asked.Contains(group.Group));
    }

    private MetricAnswer Answer_NeedsGate(GroupId group)
    {
        if (_reading is not null)
        {
            var waited = timeProvider.GetElapsedTime(_startedAt);
            return new(group, [], $"{metric.Name} has not answered for {Seconds(waited)}");
        }

        return _lastError is { } error ? new(group, [], error)
            : _answers.TryGetValue(group, out var answer) ? answer
            : new(group, [], _reads == 0 ? $"{metric.Name} was not read yet" : $"{metric.Name} has no value for this group");
    }

    private static string Seconds(TimeSpan time) => DurationText.Format(TimeSpan.FromSeconds(Math.Max(1, Math.Floor(time.TotalSeconds))));

    [SuppressMessage("Design", "CA1031", Justification = "Told to the fault's listener; one source must not stop the others.")]
    private async Task RunAsync(ImmutableArray<MetricScope> groups)
    {
        var at = timeProvider.GetUtcNow();
        using var timeout = new CancellationTokenSource(metric.Timeout, timeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            var answers = await metric.Source.ReadAsync(groups, ending.Token);
            Note(at, Stamped(answers, at), null);
        }
        catch (MetricException error)
        {
            Note(at, [], error.Message);
        }
        catch (OperationCanceledException)
        {
            Note(at, [], $"{metric.Name} did not answer within {DurationText.Format(metric.Timeout)}");
        }
        catch (Exception error)
        {
            Note(at, [], $"{metric.Name} cannot be read: a fault in Muster, told in the server's log");
            fault(metric.Name, error);
        }
    }

    /// <summary>What is as of now is so as of the read: it may be handed out again until the next one.</summary>
    private static IEnumerable<MetricAnswer> Stamped(ImmutableArray<MetricAnswer> answers, DateTimeOffset at) =>
        answers.Select(answer => answer.Samples.IsDefaultOrEmpty
            ? answer
            : answer with { Samples = [.. answer.Samples.Select(sample => sample with { At = sample.At ?? at })] });

    private void Note(DateTimeOffset at, IEnumerable<MetricAnswer> answers, string? error)
    {
        // A source that answers twice for a group breaks its contract, and no other's read.
        var byGroup = answers.GroupBy(answer => answer.Group).ToFrozenDictionary(same => same.Key, same => same.Last());
        lock (_gate)
        {
            _reading = null;
            _reads++;
            _duration += timeProvider.GetElapsedTime(_startedAt);
            _lastError = error;
            if (error is null)
            {
                (_answers, _lastAt, _failuresInRow) = (byGroup, at, 0);
                return;
            }

            _failures++;
            _failuresInRow++;
            var longest = metric.Every > BackoffMax ? metric.Every : BackoffMax;
            _pause = Backoff.WithJitter(Backoff.Delay(_failuresInRow, metric.Every, longest), random);
        }
    }
}
