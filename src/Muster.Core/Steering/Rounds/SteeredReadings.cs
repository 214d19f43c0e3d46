using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Core.Storage;

namespace Muster.Core.Steering.Rounds;

/// <summary>The readings of the groups that are steered here: read, taken in, and written now and then.</summary>
/// <remarks>Not safe for several threads.</remarks>
/// <param name="store">Where they are kept.</param>
internal sealed class SteeredReadings(IReadingStore store)
{
    /// <summary>Reads of one group's past at once, after a start: a store has other work.</summary>
    private const int LoadsInFlightMax = 8;

    private readonly Dictionary<GroupId, ReadingLog> _logs = [];
    private readonly Dictionary<GroupId, ForecastMemory> _forecasts = [];

    /// <summary>Has the past of every group at hand, and forgets that of others.</summary>
    public async Task HoldAsync(ImmutableArray<SteeredGroup> groups, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var held = groups.Select(group => group.Record.Group.Id).ToHashSet();
        foreach (var gone in _logs.Keys.Where(id => !held.Contains(id)).ToList())
        {
            _logs.Remove(gone);
            _forecasts.Remove(gone);
        }

        var missing = groups.Where(group => !_logs.ContainsKey(group.Record.Group.Id)).ToList();
        foreach (var few in missing.Chunk(LoadsInFlightMax))
        {
            foreach (var log in await Task.WhenAll(few.Select(group => LoadAsync(group.Record, now, cancellationToken))))
            {
                _logs.Add(log.Group, log);
            }
        }
    }

    /// <summary>Whether something was read of which nothing was ever written: whoever has just begun wants to see it.</summary>
    public bool HaveFirst => _logs.Values.Any(log => log.HasFirst);

    /// <summary>What was read of a group.</summary>
    public ReadingLog Of(GroupId group) => _logs[group];

    /// <summary>What was learned for the forecasts of a group; null where it has none.</summary>
    public ForecastMemory? ForecastsOf(GroupRecord record)
    {
        if (Foreseen(record).Count == 0)
        {
            return null;
        }

        if (!_forecasts.TryGetValue(record.Group.Id, out var learned))
        {
            _forecasts.Add(record.Group.Id, learned = new());
        }

        return learned;
    }

    /// <summary>Writes what is new of every group.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="cancellationToken">Gives up; what was not written is written the next time.</param>
    public async Task KeepAsync(ImmutableArray<SteeredGroup> groups, CancellationToken cancellationToken)
    {
        await KeepAsync(cancellationToken);
        foreach (var group in groups)
        {
            _logs[group.Record.Group.Id].OnWritten(Foreseen(group.Record));
        }
    }

    /// <summary>Forgets what is too old, of every group.</summary>
    public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.ForgetReadingsAsync(now, cancellationToken);

    /// <summary>Writes what is new, for the last time.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var news = _logs.Values.SelectMany(log => log.TakeNews()).ToImmutableArray();
        if (!news.IsEmpty)
        {
            await store.KeepReadingsAsync(news, cancellationToken);
        }
    }

    /// <summary>The past of a group, as far as its policies look back.</summary>
    internal async Task<ReadingLog> LoadAsync(GroupRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var group = record.Group.Id;
        var log = new ReadingLog(group);
        var chunks = new List<ReadingChunk>();
        foreach (var (resolution, since) in new[]
        {
            (Resolution.Raw, now - ReadingChunk.KeptFor(Resolution.Raw)),
            (Resolution.Minute, ReadingChunk.StartOf(Resolution.Minute, now)),
            (Resolution.Hour, Foreseen(record).Count > 0
                ? now - ReadingChunk.KeptFor(Resolution.Hour) : ReadingChunk.StartOf(Resolution.Hour, now)),
        })
        {
            chunks.AddRange(await store.FindReadingsAsync(group, metric: null, resolution, since, cancellationToken));
        }

        foreach (var metric in chunks.GroupBy(chunk => chunk.Metric))
        {
            log.Load(metric.Key, [.. metric]);
        }

        return log;
    }

    private static HashSet<string> Foreseen(GroupRecord record) => record.Policies
        .Where(policy => policy is { Rule: PolicyRule.Predictive, Mode: not PolicyMode.Off })
        .SelectMany(policy => policy.Rule.Metrics)
        .ToHashSet(StringComparer.Ordinal);
}
