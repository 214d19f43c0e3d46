
using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>The API as one project: every call carries the token as it is then, and waits for its turn. Never repeats a call.</summary>
internal sealed class HetznerApi : IDisposable
{
    /// <summary>Rows of the largest page that there is.</summary>
    public const int PageSize = 50;

    // Shorter than whatever stands before the API is likely to keep a silent connection.
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    private readonly HttpCaller _caller;

    public HetznerApi(HetznerCloudOptions options, TimeProvider timeProvider)
    {
        var handler = ServiceHandler.Make(options.Endpoint, IdleMax);
        handler.AutomaticDecompression = System.Net.DecompressionMethods.All;
        Errors = new(options.Token);
        _caller = new(
            new AuthorizingHandler(handler, (request, _) =>
            {
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {options.Token.Current}");
                request.Headers.TryAddWithoutValidation("Accept", "application/json");
                request.Headers.TryAddWithoutValidation("User-Agent", "muster");
                return ValueTask.CompletedTask;
            }),
            new HttpService("hetzner", options.Endpoint) { Timeout = options.Timeout },
            timeProvider);
    }

    /// <summary>What its refusals mean.</summary>
    public HetznerErrors Errors { get; }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="path">Below the API's version, escaped: <c>servers?name=web</c>.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">There is no answer: see <see cref="CallDoubt"/>.</exception>
    public Task<HttpAnswer> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken) =>
        _caller.CallAsync(method, path, body, cancellationToken);

    /// <summary>Looks. A refusal is an exception.</summary>
    public async Task<HttpAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return answer.IsGood ? answer : throw Errors.Translate(answer);
    }

    /// <summary>Looks for one thing.</summary>
    /// <returns>Null where it is not there.</returns>
    public async Task<T?> FindAsync<T>(string path, Func<JsonFields, T> read, CancellationToken cancellationToken) where T : class
    {
        var answer = await SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return answer.IsGood ? answer.Read(read)
            : HetznerErrors.CodeOf(answer) is "not_found" ? null
            : throw Errors.Translate(answer);
    }

    /// <summary>Reads a whole list that does not change while it is read: places, kinds, things that people make by hand.</summary>
    /// <param name="path">The list: <c>networks</c>, or with a query: <c>images?type=snapshot</c>.</param>
    /// <param name="read">Reads a page.</param>
    /// <param name="rows">A page's rows; null where it has none.</param>
    /// <param name="timeProvider">The clock of the bounds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<List<TRow>> ListAsync<TPage, TRow>(
        string path, Func<JsonFields, TPage> read, Func<TPage, TRow[]?> rows, TimeProvider timeProvider,
        CancellationToken cancellationToken)
        where TPage : class
    {
        var bounds = new ListingBounds(timeProvider);
        var all = new List<TRow>();
        var begin = path.Contains('?', StringComparison.Ordinal) ? $"{path}&" : $"{path}?";
        for (int? page = 1; page is not null;)
        {
            var answer = await GetAsync($"{begin}page={page}&per_page={PageSize}", cancellationToken);
            all.AddRange(rows(answer.Read(read)) ?? throw NoList(answer));
            page = PageOf(answer).NextPage;
            if (page is not null)
            {
                bounds.OnPage();
            }
        }

        return all;
    }

    /// <summary>Which page an answer is.</summary>
    /// <exception cref="CloudException">It does not say: nothing can be concluded from it.</exception>
    public static Pagination PageOf(HttpAnswer answer) =>
        answer.Read(PageAnswer.Of).Meta?.Pagination ?? throw NoList(answer);

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private static CloudException NoList(HttpAnswer answer) =>
        new(answer.Doubt, $"{answer.Call} was answered with something that is no page of a list");
}
