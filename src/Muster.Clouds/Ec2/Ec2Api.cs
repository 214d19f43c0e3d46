using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;

using Muster.Clouds.Ec2.Credentials;
using Muster.Clouds.Ec2.Signing;
using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>The calls of the Query APIs of EC2, of STS and of Elastic Load Balancing that are made. Never repeats one.</summary>
/// <remarks>
/// What only looks is asked by GET and what changes something by POST, both of which the protocol allows: so whoever sends them knows which
/// broken calls leave a doubt.
/// </remarks>
internal sealed class Ec2Api : IDisposable
{
    private const string Version = "2016-11-15", StsVersion = "2011-06-15";
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Amazon's load balancers drop silent connections after a minute.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(20);

    private readonly Ec2CloudOptions _options;
    private readonly CredentialChain _chain;
    private readonly HttpCaller _ec2;
    private readonly HttpCaller _sts;
    private readonly HttpCaller? _sqs;
    private readonly HttpCaller _quotas;
    private readonly Lazy<HttpCaller> _balancing;

    public Ec2Api(Ec2CloudOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _chain = new(options.Credentials, timeProvider);
        _ec2 = Open(options.Url, "ec2", timeProvider);
        _sts = Open(options.StsUrl, "sts", timeProvider);
        _quotas = Open(options.QuotasUrl, "servicequotas", timeProvider);
        // Most never have one: it is opened when a group's traffic asks for it.
        _balancing = new(() => Open(options.BalancingUrl, BalancingApi.Service, timeProvider));
        Balancing = new(CallBalancingAsync);
        if (options.QueueUrl is { } url)
        {
            _sqs = Open(new Uri(url, "/"), "sqs", timeProvider, isPaced: false);
            Queue = new(url, CallQueueAsync);
        }
    }

    /// <summary>The queue with events; null where none is named.</summary>
    public Ec2Queue? Queue { get; }

    /// <summary>Load balancers. Nothing is opened before the first call.</summary>
    public BalancingApi Balancing { get; }

    /// <summary>A call, to be filled in.</summary>
    public static QueryForm Form(string action) => new(action, Version);

    /// <summary>Looks.</summary>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public async Task<AnswerNode> LookAsync(QueryForm form, CancellationToken cancellationToken) =>
        ReadGood(await CallEc2Async(HttpMethod.Get, form, cancellationToken));

    /// <summary>Looks, whatever is answered.</summary>
    public Task<HttpAnswer> TryLookAsync(QueryForm form, CancellationToken cancellationToken) =>
        CallEc2Async(HttpMethod.Get, form, cancellationToken);

    /// <summary>Looks, page after page, and gives the items of all of them.</summary>
    /// <param name="action">What is asked.</param>
    /// <param name="list">The list with the items in each answer.</param>
    /// <param name="fill">Fills the call in.</param>
    /// <param name="timeProvider">The clock that bounds it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ImmutableArray<AnswerNode>> LookAllAsync(
        string action, string list, Action<QueryForm> fill, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<AnswerNode>();
        await foreach (var (page, _) in Kit.Listings.CursorPages.ReadAsync(
            async cursor =>
            {
                var form = Form(action);
                fill(form);
                var answer = await LookAsync(form.Add("NextToken", cursor), cancellationToken);
                return (answer, answer.TextOf("nextToken"));
            },
            cursor => cursor, timeProvider, cancellationToken))
        {
            items.AddRange(page.Items(list));
        }

        return items.ToImmutable();
    }

    /// <summary>Calls what may change something, whatever is answered.</summary>
    public Task<HttpAnswer> ChangeAsync(QueryForm form, CancellationToken cancellationToken) =>
        CallEc2Async(HttpMethod.Post, form, cancellationToken);

    /// <summary>Who the credential is.</summary>
    public async Task<AnswerNode> WhoAmIAsync(CancellationToken cancellationToken)
    {
        var form = new QueryForm("GetCallerIdentity", StsVersion);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.StsUrl, $"/?{form.Encode()}"));
        return ReadGood(await _sts.CallAsync(request, "sts GetCallerIdentity", cancellationToken));
    }

    /// <summary>Asks Service Quotas for one limit, whatever is answered.</summary>
    /// <param name="body">JSON: which.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpAnswer> QuotaAsync(string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.QuotasUrl)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1") },
            },
        };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "ServiceQuotasV20190624.GetServiceQuota");
        return await _quotas.CallAsync(request, "servicequotas GetServiceQuota", cancellationToken);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="CloudException">It is a refusal, or no answer of such an API.</exception>
    public static AnswerNode ReadGood(HttpAnswer answer) => answer.IsGood ? Read(answer) : throw Ec2Errors.Translate(answer);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="CloudException">It is no answer of such an API.</exception>
    public static AnswerNode Read(HttpAnswer answer)
    {
        try
        {
            return AnswerNode.Parse(answer.Body) is { } node && node.Name.EndsWith("Response", StringComparison.Ordinal)
                ? node
                : throw new XmlException("it is another document");
        }
        catch (XmlException error)
        {
            throw new CloudException(
                answer.Doubt,
                $"{answer.Call} was answered with something that is not understood: {ForeignText.Shown(error.Message)}",
                innerException: error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ec2.Dispose();
        _sts.Dispose();
        _sqs?.Dispose();
        _quotas.Dispose();
        if (_balancing.IsValueCreated)
        {
            _balancing.Value.Dispose();
        }

        _chain.Dispose();
    }

    private Task<HttpAnswer> CallEc2Async(HttpMethod method, QueryForm form, CancellationToken cancellationToken) =>
        CallAsync(_ec2, _options.Url, "ec2", method, form, cancellationToken);

    private Task<HttpAnswer> CallBalancingAsync(HttpMethod method, QueryForm form, CancellationToken cancellationToken) =>
        CallAsync(_balancing.Value, _options.BalancingUrl, BalancingApi.Service, method, form, cancellationToken);

    private async Task<HttpAnswer> CallAsync(
        HttpCaller caller, Uri url, string service, HttpMethod method, QueryForm form, CancellationToken cancellationToken)
    {
        var isLook = CallDoubt.IsLook(method);
        using var request = new HttpRequestMessage(method, new Uri(url, isLook ? $"/?{form.Encode()}" : "/"));
        if (!isLook)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form.Encode()))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(FormType, "utf-8") },
            };
        }

        var answer = await caller.CallAsync(request, $"{service} {form.Action}", cancellationToken);
        if (!answer.IsGood && Ec2Errors.CodeOf(answer) is "RequestExpired" or "ExpiredToken" or "AuthFailure" or "InvalidClientTokenId")
        {
            // It may have been renewed where it comes from.
            _chain.Forget();
        }

        return answer;
    }

    private async Task<HttpAnswer> CallQueueAsync(
        HttpRequestMessage request, string call, TimeSpan wait, CancellationToken cancellationToken)
    {
        var answer = await _sqs!.CallAsync(request, call, cancellationToken, _options.Timeout + wait);
        if ((int)answer.Status is 400 or 403)
        {
            // It may be that the credential has expired, and was renewed where it comes from: whoever calls again finds that.
            _chain.Forget();
        }

        return answer;
    }

    private HttpCaller Open(Uri url, string service, TimeProvider timeProvider, bool isPaced = true)
    {
        var handler = ServiceHandler.Make(url, IdleMax);
        handler.AutomaticDecompression = System.Net.DecompressionMethods.All;
        var signing = new AuthorizingHandler(handler, async (request, cancellationToken) =>
        {
            var keys = await _chain.GetAsync(cancellationToken);
            var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
            SignatureV4.Sign(request, body, keys, _options.Region, service, timeProvider.GetUtcNow());
            request.Headers.TryAddWithoutValidation("User-Agent", "muster");
        });
        return new(
            signing,
            new HttpService(service, url) { Timeout = _options.Timeout, IsPaced = isPaced, Why = error => Why(error, url) },
            timeProvider);
    }

    private string Why(Exception error, Uri url)
    {
        var why = ConnectionFailure.Describe(error, url);
        return _options.IsUsualUrl && error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            ? $"{why}: is '{_options.Region}' a region of AWS?"
            : why;
    }
}
