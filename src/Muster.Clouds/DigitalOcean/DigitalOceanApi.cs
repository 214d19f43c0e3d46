using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>DigitalOcean's API as one token may use it: every call waits for its turn. Never repeats a call.</summary>
internal sealed class DigitalOceanApi(DigitalOceanOptions options, ApiToken token, TimeProvider timeProvider) : IDisposable
{
    /// <summary>The most rows that DigitalOcean puts on a page.</summary>
    public const int PageMax = 200;

    /// <summary>Edges drop silent connections: ours are gone before, so none breaks under a request.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    private readonly HttpCaller _caller = Open(options, token, timeProvider);

    /// <summary>Looks. A refusal is an exception.</summary>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Path and query, escaped: <c>/v2/droplets?page=1</c>.</param>
    /// <param name="scope">What the token must be allowed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpAnswer> GetAsync(string call, string path, string scope, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer : throw DigitalOceanErrors.Translate(answer, scope);
    }

    /// <summary>Looks for one thing; null where there is none.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<T?> FindAsync<T>(
        string call, string path, string scope, Func<JsonFields, T> read, CancellationToken cancellationToken) where T : class
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer.Read(read)
            : answer.Status is HttpStatusCode.NotFound ? null
            : throw DigitalOceanErrors.Translate(answer, scope);
    }

    /// <summary>Reads all pages of a list that changes seldom.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async IAsyncEnumerable<T> ListAsync<T>(
        string call, string path, string scope, Func<JsonFields, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new ListingBounds(timeProvider);
        for (var page = 1; ; page++)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var answer = await GetAsync(
                call, string.Create(CultureInfo.InvariantCulture, $"{path}{separator}per_page={PageMax}&page={page}"), scope,
                cancellationToken);
            yield return answer.Read(read);
            if (answer.Read(ListFrame.Of).Links?.Pages?.Next is null)
            {
                yield break;
            }

            bounds.OnPage();
        }
    }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Path and query, escaped.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">There is no answer: see <see cref="CallDoubt"/>.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{options.Endpoint.AbsoluteUri.TrimEnd('/')}{path}"))
        {
            Content = body is { } json ? HttpCaller.Json(json) : null,
        };
        return await _caller.CallAsync(request, call, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private static HttpCaller Open(DigitalOceanOptions options, ApiToken token, TimeProvider timeProvider)
    {
        var handler = ServiceHandler.Make(options.Endpoint, IdleMax);
        handler.AutomaticDecompression = DecompressionMethods.All;
        return new(
            new AuthorizingHandler(handler, (request, _) =>
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Current);
                request.Headers.TryAddWithoutValidation("Accept", "application/json");
                request.Headers.TryAddWithoutValidation("User-Agent", "muster");
                return ValueTask.CompletedTask;
            }),
            new HttpService("DigitalOcean", options.Endpoint) { Timeout = options.Timeout, IsNamedAlone = true },
            timeProvider);
    }
}
