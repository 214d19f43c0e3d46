using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.RabbitMq;

/// <summary>Reads how many messages queues hold. Few queues are asked for one by one, many by one listing of the virtual host.</summary>
internal sealed class RabbitMqSource : IMetricSource
{
    /// <summary>From here on one listing is less work for the broker than so many requests.</summary>
    private const int OneByOneMax = 4;

    private const string Ready = "messages_ready";
    private const string Unacknowledged = "messages_unacknowledged";
    private const string Columns = $"columns=name,{Ready},{Unacknowledged}";

    private readonly string _queue;
    private readonly string _host;
    private readonly MessagesCounted _counted;
    private readonly MetricHttp _http;
    private readonly string _queues;

    public RabbitMqSource(string queue, string host, MessagesCounted counted, HttpAccess access)
    {
        _queue = queue;
        _host = host;
        _counted = counted;
        _http = new(access);
        _queues = $"{access.Url.TrimEnd('/')}/api/queues/{Uri.EscapeDataString(host)}";
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        if (groups.IsEmpty)
        {
            return [];
        }

        if (!Placeholders.AreIn(_queue))
        {
            return PerGroup.Same(groups, [new(await ReadOneAsync(_queue, cancellationToken))]);
        }

        if (groups.Length <= OneByOneMax)
        {
            return await PerGroup.ReadAsync(
                groups,
                OneByOneMax,
                async (group, cancellation) => [new(await ReadOneAsync(QueueOf(group), cancellation))],
                cancellationToken);
        }

        using var listing = await GetAsync($"{_queues}?{Columns}", cancellationToken)
            ?? throw new MetricException($"there is no virtual host {Foreign.Words(_host)}");
        var queues = ByName(listing.RootElement);
        return await PerGroup.ReadAsync(
            groups,
            1,
            (group, _) => Task.FromResult<ImmutableArray<MetricSample>>(
                [new(queues.TryGetValue(QueueOf(group), out var queue) ? Count(queue, QueueOf(group)) : throw NoQueue(QueueOf(group)))]),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private string QueueOf(MetricScope group) => Placeholders.Fill(_queue, group, value => value);

    private async Task<double> ReadOneAsync(string name, CancellationToken cancellationToken)
    {
        using var queue = await GetAsync($"{_queues}/{Uri.EscapeDataString(name)}?{Columns}", cancellationToken) ?? throw NoQueue(name);
        return Count(queue.RootElement, name);
    }

    private static Dictionary<string, JsonElement> ByName(JsonElement listing)
    {
        if (listing.ValueKind != JsonValueKind.Array)
        {
            throw new MetricException($"the answer has {JsonNumbers.Kind(listing)} where the list of queues should be");
        }

        var queues = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var queue in listing.EnumerateArray())
        {
            if (queue.ValueKind == JsonValueKind.Object && queue.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String)
            {
                queues[name.GetString()!] = queue;
            }
        }

        return queues;
    }

    private double Count(JsonElement queue, string name) => _counted switch
    {
        MessagesCounted.Ready => Figure(queue, Ready, name),
        MessagesCounted.Unacknowledged => Figure(queue, Unacknowledged, name),
        _ => Figure(queue, Ready, name) + Figure(queue, Unacknowledged, name),
    };

    private static double Figure(JsonElement queue, string column, string name) =>
        queue.ValueKind == JsonValueKind.Object && queue.TryGetProperty(column, out var figure) && JsonNumbers.Read(figure) is { } number
            ? number
            // The plugin gathers them every five seconds.
            : throw new MetricException($"the broker has no {column} of the queue {Foreign.Words(name)} (yet)");

    private MetricException NoQueue(string name) =>
        new($"there is no queue {Foreign.Words(name)} in the virtual host {Foreign.Words(_host)}");

    /// <returns>Null where there is nothing.</returns>
    private async Task<JsonDocument?> GetAsync(string url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        var server = request.RequestUri!.Authority;
        var answer = await _http.SendAsync(request, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (!answer.IsGood)
        {
            throw new MetricException($"{server} answers {answer.Refusal()}");
        }

        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException error)
        {
            throw new MetricException($"the answer of {server} is no JSON: is this the management plugin?", error);
        }
    }
}
