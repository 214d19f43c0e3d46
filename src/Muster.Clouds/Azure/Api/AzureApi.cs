using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Azure.Tokens;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Azure.Api;

/// <summary>Calls Azure Resource Manager.</summary>
internal sealed class AzureApi : IDisposable
{
    /// <summary>
    /// The version of Microsoft.Compute/virtualMachines: the first stable one in which parts made with a machine take tags.
    /// </summary>
    public const string Compute = "2025-04-01";

    /// <summary>Of Microsoft.Network.</summary>
    public const string Network = "2024-05-01";

    /// <summary>Of Microsoft.Compute/disks.</summary>
    public const string Disks = "2024-03-02";

    /// <summary>Of images in galleries.</summary>
    public const string Galleries = "2024-03-03";

    /// <summary>Of Microsoft.Compute/skus.</summary>
    public const string Skus = "2021-07-01";

    /// <summary>Of subscriptions and their locations.</summary>
    public const string Subscriptions = "2022-12-01";

    /// <summary>Of resource groups.</summary>
    public const string Groups = "2021-04-01";

    /// <summary>Of what a caller may do.</summary>
    public const string Permissions = "2022-04-01";

    /// <summary>Of locks.</summary>
    public const string Locks = "2020-05-01";

    private readonly AzureCloudOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpCaller _caller;
    private readonly TokenFetcher _fetcher;
    private readonly TokenCache _tokens;

    public AzureApi(AzureCloudOptions options, TimeProvider timeProvider, IRandomSource random)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _fetcher = new(options.Tokens, TokenCaller(options, timeProvider), timeProvider, random);
        _tokens = new(_fetcher.FetchAsync, timeProvider);
        _caller = new(
            new AuthorizingHandler(new OperationHandler(Handler(options.Endpoint, options)), _tokens.AuthorizeAsync),
            new HttpService("azure", options.Endpoint) { Timeout = options.Timeout },
            timeProvider);
    }

    /// <summary>A path with the version of what it is about.</summary>
    public static string At(string path, string version, string query = "") => $"{path}?api-version={version}{query}";

    /// <summary>The token that calls carry now.</summary>
    public ValueTask<AccessToken> TokenAsync(CancellationToken cancellationToken) => _tokens.GetAsync(cancellationToken);

    /// <summary>Calls, and leaves it to the caller what a refusal means.</summary>
    /// <param name="method">How.</param>
    /// <param name="what">What is asked, in words: <c>launch web-1</c>.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    /// <param name="onlyNew">Whether nothing that is there may be changed by it.</param>
    /// <returns>The answer, and where the long-running operation that it began is looked at; null where it named none that can be
    /// believed.</returns>
    public async Task<(HttpAnswer Answer, Uri? Operation)> SendAsync(
        HttpMethod method, string what, string path, CancellationToken cancellationToken, HttpContent? body = null, bool onlyNew = false)
    {
        using var request = new HttpRequestMessage(method, new Uri(_options.Endpoint, path)) { Content = body };
        if (onlyNew)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }

        var answer = await _caller.CallAsync(request, $"azure: {what}", cancellationToken);
        if ((int)answer.Status is 401)
        {
            _tokens.Forget();
        }

        return (answer, OperationHandler.OperationOf(request) is { } text && TryOwn(text, out var operation) ? operation : null);
    }

    /// <summary>Looks.</summary>
    /// <exception cref="CloudException">It was refused.</exception>
    public async Task<HttpAnswer> GetAsync(string what, string path, CancellationToken cancellationToken)
    {
        var (answer, _) = await SendAsync(HttpMethod.Get, what, path, cancellationToken);
        return answer.IsGood ? answer : throw AzureErrors.Translate(answer);
    }

    /// <summary>Looks for a thing that may not be there.</summary>
    /// <returns>Null where it is not there.</returns>
    /// <exception cref="CloudException">It was refused; also where not even the resource group is there.</exception>
    public async Task<HttpAnswer?> FindAsync(string what, string path, CancellationToken cancellationToken)
    {
        var (answer, _) = await SendAsync(HttpMethod.Get, what, path, cancellationToken);
        return answer.IsGood ? answer : IsMissing(answer) ? null : throw AzureErrors.Translate(answer);
    }

    /// <summary>
    /// Whether an answer says that the one resource is not there: not that its group is not, nor anything else with that status.
    /// </summary>
    public static bool IsMissing(HttpAnswer answer) =>
        (int)answer.Status is 404
        && AzureErrors.CodeOf(answer) is "ResourceNotFound" or "NotFound" or "PlatformImageNotFound" or "ImageNotFound";

    /// <summary>The pages of a list; each link must stay with the same service.</summary>
    public IAsyncEnumerable<(HttpAnswer Page, bool IsLast)> PagesAsync(string what, string path, CancellationToken cancellationToken) =>
        CursorPages.ReadAsync(
            async cursor =>
            {
                var page = await GetAsync(what, cursor ?? path, cancellationToken);
                return (page, NextOf(page, what));
            },
            // A link holds a place in Azure's own words, which say nothing to anybody.
            _ => "a link of Azure's",
            _timeProvider,
            cancellationToken);

    /// <summary>Every element of a list, on all pages.</summary>
    public async IAsyncEnumerable<T> AllAsync<T>(
        string what, string path, Func<JsonFields, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        await foreach (var (page, _) in PagesAsync(what, path, cancellationToken))
        {
            if (page.Read(of => of.Array("value", read)) is not { } elements)
            {
                throw new CloudException(CloudErrorKind.Unavailable, $"azure: {what} was answered without a list");
            }

            foreach (var element in elements.OfType<T>())
            {
                yield return element;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _caller.Dispose();
        _tokens.Dispose();
        _fetcher.Dispose();
    }

    private string? NextOf(HttpAnswer page, string what)
    {
        var next = page.Read(ArmNext.Of).NextLink;
        return string.IsNullOrEmpty(next) ? null
            : TryOwn(next, out var uri) ? uri!.PathAndQuery
            : throw new CloudException(
                CloudErrorKind.Unavailable, $"azure: {what}: the next page is said to be at another service, to which no token is sent");
    }

    private bool TryOwn(string text, out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && uri.Scheme == _options.Endpoint.Scheme && uri.Host.Equals(_options.Endpoint.Host, StringComparison.OrdinalIgnoreCase)
        && uri.Port == _options.Endpoint.Port && uri.UserInfo.Length == 0;

    private static HttpCaller TokenCaller(AzureCloudOptions options, TimeProvider timeProvider)
    {
        var address = options.Tokens.Way is not TokenWay.Managed ? options.Tokens.Authority
            : options.Tokens.AppService ?? options.Tokens.Metadata;
        var handler = Handler(address, options);
        // The service for managed identities is on this machine, or behind a link of its own: no proxy reaches it.
        handler.UseProxy = handler.UseProxy && options.Tokens.Way is not TokenWay.Managed;
        return new(handler, new HttpService("azure", address) { Timeout = options.Timeout }, timeProvider);
    }

    private static SocketsHttpHandler Handler(Uri address, AzureCloudOptions options)
    {
        // Azure's load balancers forget a connection that is idle for four minutes.
        var handler = ServiceHandler.Make(address, TimeSpan.FromMinutes(2));
        if (options.Authorities is { } authorities)
        {
            ServiceHandler.Trust(handler, authorities);
        }

        return handler;
    }
}
