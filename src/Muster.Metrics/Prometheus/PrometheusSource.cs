using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Prometheus;

/// <summary>Reads a metric by instant queries.</summary>
internal sealed class PrometheusSource : IMetricSource
{
    /// <summary>Requests under way at once: Prometheus itself runs 20 queries at a time, for all who ask.</summary>
    private const int RequestsInFlightMax = 4;

    /// <summary>
    /// Requests more in one read, to find those whose query alone fails. 16 find two among ten thousand groups, and are few beside the 50
    /// that these need anyway.
    /// </summary>
    private const int SearchesMax = 16;

    private readonly PrometheusOptions _options;
    private readonly SeriesSpread _spread;
    private readonly MetricHttp _http;
    private readonly Uri _address;

    // A hint, learned from a refusal: what it says wrongly is learned again.
    private volatile bool _isScalar;

    public PrometheusSource(PrometheusOptions options, HttpAccess access)
    {
        _options = options;
        _spread = new(options);
        _http = new(access);
        var url = new UriBuilder(access.Url);
        url.Path = $"{url.Path.TrimEnd('/')}/api/v1/query";
        _address = url.Uri;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        try
        {
            return groups.IsEmpty ? [] : await ReadAllAsync(groups, cancellationToken);
        }
        catch (QueryRefusedException error)
        {
            throw new MetricException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ImmutableArray<MetricAnswer>> ReadAllAsync(
        ImmutableArray<MetricScope> groups, CancellationToken cancellationToken)
    {
        if (!Placeholders.AreIn(_options.Query))
        {
            return _spread.Over(groups, await AskAsync(_options.Query, cancellationToken));
        }

        var answers = new ConcurrentBag<MetricAnswer>();
        var searches = new SearchBudget(SearchesMax);
        await Parallel.ForEachAsync(
            await FirstBatchesAsync(groups, answers, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = RequestsInFlightMax, CancellationToken = cancellationToken },
            async (batch, cancellation) => await ReadAsync(batch, searches, answers, cancellation));
        return [.. answers];
    }

    /// <summary>
    /// Asks the first batch alone: what it teaches about the query's type holds for all, and a query that is refused costs one request.
    /// </summary>
    private async Task<ImmutableArray<QueryBatch>> FirstBatchesAsync(
        ImmutableArray<MetricScope> groups, ConcurrentBag<MetricAnswer> answers, CancellationToken cancellationToken)
    {
        var wasScalar = _isScalar;
        for (var isScalar = wasScalar; ;)
        {
            var batches = QueryBatch.Cut(_options.Query, groups, isScalar).ToImmutableArray();
            try
            {
                Add(answers, batches[0], await AskAsync(batches[0].Text, cancellationToken));
                _isScalar = isScalar;
                return batches[1..];
            }
            catch (QueryRefusedException error) when (error.IsOfType && isScalar == wasScalar)
            {
                isScalar = !isScalar;
            }
            catch (QueryRefusedException error) when (error.MayBeOneGroups)
            {
                return batches;
            }
        }
    }

    private async Task ReadAsync(
        QueryBatch batch, SearchBudget searches, ConcurrentBag<MetricAnswer> answers, CancellationToken cancellationToken)
    {
        try
        {
            Add(answers, batch, await AskAsync(batch.Text, cancellationToken));
        }
        catch (MetricException error)
        {
            Fail(answers, batch, error.Message);
        }
        catch (QueryRefusedException error)
        {
            if (!error.MayBeOneGroups || batch.Groups.Length == 1 || !searches.TryTake(2))
            {
                Fail(answers, batch, error.Message);
                return;
            }

            var half = batch.Groups.Length / 2;
            foreach (var part in (ImmutableArray<ImmutableArray<MetricScope>>)[batch.Groups[..half], batch.Groups[half..]])
            {
                foreach (var smaller in QueryBatch.Cut(_options.Query, part, _isScalar))
                {
                    await ReadAsync(smaller, searches, answers, cancellationToken);
                }
            }
        }
    }

    private static void Fail(ConcurrentBag<MetricAnswer> answers, QueryBatch batch, string why)
    {
        foreach (var group in batch.Groups)
        {
            answers.Add(new(group.Group, [], why));
        }
    }

    private void Add(ConcurrentBag<MetricAnswer> answers, QueryBatch batch, ImmutableArray<PrometheusSeries> series)
    {
        foreach (var answer in _spread.OverBatch(batch.Groups, series))
        {
            answers.Add(answer);
        }
    }

    private async Task<ImmutableArray<PrometheusSeries>> AskAsync(string query, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(
            new(HttpMethod.Post, _address) { Content = new FormUrlEncodedContent([new("query", query)]) }, cancellationToken);
        if (!answer.IsGood)
        {
            throw PrometheusAnswer.ReadRefusal(answer.Body) is var (type, words)
                ? new QueryRefusedException(type, Foreign.Words(words))
                : new MetricException($"{_address.Authority} answers {answer.Refusal()}");
        }

        var read = PrometheusAnswer.Read(answer.Body, _address.Authority);
        return read.Warnings.Length == 0 || _options.TakesWarnings
            ? read.Series
            : throw new MetricException($"{_address.Authority} warns of its answer: {read.Warnings} (warnings = \"accept\" takes it)");
    }

    /// <summary>How many requests more a read may make; shared by all that search.</summary>
    private sealed class SearchBudget(int left)
    {
        private int _left = left;

        public bool TryTake(int requests)
        {
            if (Interlocked.Add(ref _left, -requests) >= 0)
            {
                return true;
            }

            Interlocked.Add(ref _left, requests);
            return false;
        }
    }
}
