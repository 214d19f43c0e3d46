using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Http;

/// <summary>Reads a metric from JSON that an HTTP server answers with.</summary>
internal sealed class HttpSource(HttpSourceOptions options, HttpAccess access) : IMetricSource
{
    private readonly MetricHttp _http = new(access);
    private readonly JsonSamples _samples = new(options);

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        if (groups.IsEmpty)
        {
            return [];
        }

        if (Placeholders.AreIn(options.Url))
        {
            return await PerGroup.ReadAsync(groups, options.Concurrency, ReadOneAsync, cancellationToken);
        }

        using var document = await GetAsync(options.Url, cancellationToken);
        return Placeholders.AreIn(options.Pointer)
            ? await PerGroup.ReadAsync(
                groups, 1, (group, _) => Task.FromResult(_samples.Read(document.RootElement, PointerFor(group))), cancellationToken)
            : PerGroup.Same(groups, _samples.Read(document.RootElement, options.Pointer));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ImmutableArray<MetricSample>> ReadOneAsync(MetricScope group, CancellationToken cancellationToken)
    {
        using var document = await GetAsync(Placeholders.Fill(options.Url, group, PathPart), cancellationToken);
        return _samples.Read(document.RootElement, PointerFor(group));
    }

    private string PointerFor(MetricScope group) => Placeholders.Fill(options.Pointer, group, JsonPointer.Escape);

    // A name of dots alone is no group's; one that is all the same must not lead out of the path.
    private static string PathPart(string value) => value.Trim('.').Length == 0 ? "%2E" : Uri.EscapeDataString(value);

    private async Task<JsonDocument> GetAsync(string url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var answer = await _http.SendAsync(request, AddHeaders(request), cancellationToken);
        var server = request.RequestUri!.Authority;
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
            throw new MetricException($"the answer of {server} is no JSON", error);
        }
    }

    /// <returns>What nobody may read in a message.</returns>
    private IReadOnlyList<string> AddHeaders(HttpRequestMessage request)
    {
        try
        {
            return options.Headers?.Add(request) ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MetricException($"headers_file cannot be read: {Foreign.Words(error.Message)}", error);
        }
    }
}
