using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

using StackExchange.Redis;

namespace Muster.Metrics.Redis;

/// <summary>Reads what lists and streams hold: all over one connection, where commands need not wait for each other's answers.</summary>
internal sealed class RedisSource(RedisOptions options, TimeProvider timeProvider) : IMetricSource
{
    /// <summary>Commands without an answer: enough to fill the wire, few enough that nobody else's wait for long.</summary>
    private const int InFlightMax = 64;

    private readonly RedisConnection _connection = new(options);

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        if (groups.IsEmpty)
        {
            return [];
        }

        var database = await _connection.OpenAsync(cancellationToken);
        if (!Placeholders.AreIn(options.Key) && !Placeholders.AreIn(options.ConsumerGroup ?? ""))
        {
            return PerGroup.Same(groups, [new(await ReadAsync(database, groups[0], cancellationToken))]);
        }

        return await PerGroup.ReadAsync(
            groups, InFlightMax, async (group, cancellation) => [new(await ReadAsync(database, group, cancellation))], cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<double> ReadAsync(IDatabase database, MetricScope group, CancellationToken cancellationToken)
    {
        var key = Placeholders.Fill(options.Key, group, value => value);
        try
        {
            return options switch
            {
                { IsStream: false } => await database.ListLengthAsync(key).WaitAsync(cancellationToken),
                { Measure: RedisMeasure.Length } => await database.StreamLengthAsync(key).WaitAsync(cancellationToken),
                _ => await OfConsumersAsync(
                    database, key, Placeholders.Fill(options.ConsumerGroup!, group, value => value), cancellationToken),
            };
        }
        catch (RedisServerException error) when (error.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            throw new MetricException($"the key {Foreign.Words(key)} holds no {(options.IsStream ? "stream" : "list")}", error);
        }
        catch (RedisServerException error) when (error.Message.Contains("no such key", StringComparison.OrdinalIgnoreCase))
        {
            throw new MetricException($"there is no key {Foreign.Words(key)}", error);
        }
        catch (RedisServerException error)
        {
            throw new MetricException($"{_connection.Server} refuses the command: {Foreign.Words(error.Message)}", error);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            throw new MetricException(
                $"{_connection.Server} does not answer: {Foreign.Words(error.InnerException?.Message ?? error.Message)}", error);
        }
    }

    private async Task<double> OfConsumersAsync(IDatabase database, string key, string name, CancellationToken cancellationToken)
    {
        var groups = await database.StreamGroupInfoAsync(key).WaitAsync(cancellationToken);
        if (Array.FindIndex(groups, group => group.Name == name) is not (>= 0 and var found))
        {
            throw new MetricException($"the stream {Foreign.Words(key)} has no consumer group {Foreign.Words(name)}");
        }

        var consumers = groups[found];
        return options.Measure switch
        {
            RedisMeasure.Pending => consumers.PendingMessageCount,
            RedisMeasure.Lag => Lag(consumers, key),
            RedisMeasure.Waiting => Lag(consumers, key) + consumers.PendingMessageCount,
            _ => await AgeAsync(database, key, consumers, cancellationToken),
        };
    }

    private static double Lag(StreamGroupInfo consumers, string key) =>
        consumers.Lag
        ?? throw new MetricException($"Redis cannot tell the lag of {Foreign.Words(key)}: entries in the middle of it were deleted");

    private async Task<double> AgeAsync(IDatabase database, string key, StreamGroupInfo consumers, CancellationToken cancellationToken)
    {
        // What is pending was delivered, and so is older than what was not.
        if (consumers.PendingMessageCount > 0)
        {
            var pending = await database.StreamPendingAsync(key, consumers.Name).WaitAsync(cancellationToken);
            if (!pending.LowestPendingMessageId.IsNull)
            {
                return AgeOf(pending.LowestPendingMessageId, key);
            }
        }

        var next = await database.StreamRangeAsync(key, $"({consumers.LastDeliveredId}", "+", 1).WaitAsync(cancellationToken);
        return next.Length == 0 ? 0 : AgeOf(next[0].Id, key);
    }

    /// <summary>An entry's id begins with its time in milliseconds, unless its writer chose another.</summary>
    private double AgeOf(RedisValue id, string key)
    {
        var text = id.ToString();
        if (!long.TryParse(text.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            throw new MetricException($"the entry {Foreign.Words(text)} of {Foreign.Words(key)} does not tell its time");
        }

        var age = (timeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - (milliseconds / 1000.0);
        return age > -SampleRules.SkewMax.TotalSeconds
            ? Math.Max(0, age)
            : throw new MetricException($"the entry {Foreign.Words(text)} of {Foreign.Words(key)} is from the future");
    }
}
