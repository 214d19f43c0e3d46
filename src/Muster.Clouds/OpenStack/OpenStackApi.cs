using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.OpenStack.Identity;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>The services of an OpenStack, as one project may use them: every call waits for its turn.</summary>
/// <remarks>
/// No call is repeated, but for one whose token a service has refused: that one surely did nothing, and is made once more with a new
/// token. Tokens end early where their keys are rotated or somebody revokes them.
/// </remarks>
internal sealed class OpenStackApi : IDisposable
{
    /// <summary>
    /// The version of the compute service's calls: from this one on its lists show servers of a part that does not answer. OpenStack Stein,
    /// of April 2019, and all later ones have it. openstack/nova:nova/api/openstack/compute/rest_api_version_history.rst.
    /// </summary>
    public const string ComputeVersion = "2.69";

    /// <summary>Proxies drop silent connections: ours are gone before, so none breaks under a request.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    private readonly OpenStackOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly TokenCache _tokens;
    private readonly ConcurrentDictionary<Uri, Lazy<HttpCaller>> _callers = new();

    public OpenStackApi(
        OpenStackOptions options, OpenStackCredential credential, Func<OpenStackCredential> read, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _tokens = new(
            read, credential, url => Open("the identity service", url, inner => new SubjectTokenHandler(inner)), timeProvider);
    }

    /// <summary>A token that is good now, for what it says of itself.</summary>
    public async Task<OpenStackToken> TokenAsync(CancellationToken cancellationToken) =>
        (await _tokens.GetAsync(refused: null, cancellationToken)).Token;

    /// <summary>Looks. A refusal is an exception.</summary>
    /// <param name="service">Which service.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Path and query below the service's version, escaped: <c>servers/detail</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<JsonElement> GetAsync(OpenStackService service, string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(service, HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer.Read(OpenStackJson.Default.JsonElement) : throw OpenStackErrors.Translate(answer);
    }

    /// <summary>Looks for one thing; null where there is none.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonElement?> FindAsync(OpenStackService service, string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(service, HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer.Read(OpenStackJson.Default.JsonElement)
            : answer.Status is HttpStatusCode.NotFound ? null
            : throw OpenStackErrors.Translate(answer);
    }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <param name="service">Which service.</param>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Path and query below the service's version, escaped.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="CloudException">There is no answer: see <see cref="CallDoubt"/>.</exception>
    public async Task<HttpAnswer> SendAsync(
        OpenStackService service, HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OpenStackToken? refused = null;
        while (true)
        {
            var (token, isNew) = await _tokens.GetAsync(refused, cancellationToken);
            var answer = await SendAsync(service, method, call, path, body, token, cancellationToken);
            if (answer.Status is not HttpStatusCode.Unauthorized || isNew || refused is not null)
            {
                return answer;
            }

            refused = token;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var caller in _callers.Values)
        {
            caller.Value.Dispose();
        }

        _tokens.Dispose();
    }

    private async Task<HttpAnswer> SendAsync(
        OpenStackService service, HttpMethod method, string call, string path, ReadOnlyMemory<byte>? body, OpenStackToken token,
        CancellationToken cancellationToken)
    {
        var root = AddressOf(service, token.Catalogue);
        using var request = new HttpRequestMessage(method, new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{path}"))
        {
            Content = body is { } json ? HttpCaller.Json(json) : null,
        };
        request.Headers.TryAddWithoutValidation("X-Auth-Token", token.Value);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "muster");
        if (service == OpenStackService.Compute)
        {
            request.Headers.TryAddWithoutValidation("OpenStack-API-Version", $"compute {ComputeVersion}");
        }

        var caller = _callers.GetOrAdd(
            new Uri(root.GetLeftPart(UriPartial.Authority)),
            address => new Lazy<HttpCaller>(() => Open($"OpenStack's {service.Name}", address, inner => inner)));
        return await caller.Value.CallAsync(request, call, cancellationToken);
    }

    /// <summary>Where a service is, by the catalogue.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unauthorized"/>: it is nowhere; only a person can mend that.</exception>
    private Uri AddressOf(OpenStackService service, ImmutableArray<ServiceEndpoint> catalogue)
    {
        var all = catalogue.Where(one => one.Type == service.Type && one.Interface == _options.Interface).ToArray();
        var regions = all.Select(one => one.Region).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (_options.Region is null && regions.Length > 1)
        {
            throw Amiss($"the catalogue has the regions {string.Join(", ", regions)}: name one in region_name, and make a cloud of each");
        }

        if (all.FirstOrDefault(one => _options.Region is null || one.Region == _options.Region) is not { } found)
        {
            throw Amiss(
                regions.Length > 0 ? $"region_name is '{_options.Region}': the catalogue has {string.Join(", ", regions)}"
                : catalogue.Any(one => one.Type == service.Type)
                    ? $"interface is '{_options.Interface}': the catalogue has {service.Name} for "
                        + string.Join(", ", catalogue.Where(one => one.Type == service.Type).Select(one => one.Interface).Distinct())
                : $"the catalogue has no {service.Name}: has the token a project, and this cloud such a service?");
        }

        if (!Uri.TryCreate(found.Url, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw Amiss($"the catalogue has {service.Name} at '{ForeignText.Shown(found.Url)}', which is no address of HTTP");
        }

        return url.Scheme == Uri.UriSchemeHttps || url.IsLoopback || _options.AllowsHttp
            ? service.Versioned(url)
            : throw Amiss($"the catalogue has {service.Name} at {url}, where the token would go unhidden; "
                + "set interface to another one, or allow_http to true");
    }

    private static CloudException Amiss(string what) => new(CloudErrorKind.Unauthorized, what);

    private HttpCaller Open(string name, Uri address, Func<HttpMessageHandler, HttpMessageHandler> wrap)
    {
        var handler = ServiceHandler.Make(address, IdleMax);
        handler.AutomaticDecompression = DecompressionMethods.All;
        if (_options.Authorities is { } authorities)
        {
            ServiceHandler.Trust(handler, authorities);
        }

        var service = new HttpService(name, address)
        {
            Timeout = _options.Timeout, IsNamedAlone = true, Why = error => WhyOf(error, address),
        };
        return new(wrap(handler), service, _timeProvider);
    }

    private static string WhyOf(Exception error, Uri address)
    {
        var why = ConnectionFailure.Describe(error, address);
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is CertificateRefusedException)
            {
                return $"{why}; where the cloud has an authority of its own, name the file with its certificate in authority_file";
            }
        }

        return why;
    }
}
