using System.Net;
using System.Net.Http.Headers;

using Muster.Clouds.Gce.Credentials;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Api;

/// <summary>Compute Engine's API as one credential in one project. Never repeats a call.</summary>
internal sealed class GceApi : IDisposable
{
    /// <summary>Google's front ends drop a silent connection after some minutes: ours are gone before.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(90);

    /// <summary>Google waits with an answer for two minutes at most.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(150);

    /// <summary>How long an operation is waited for; afterwards nobody knows.</summary>
    private static readonly TimeSpan OperationMax = TimeSpan.FromMinutes(4);

    /// <summary>Google may answer a wait at once when it has much to do.</summary>
    private static readonly TimeSpan BetweenWaits = TimeSpan.FromSeconds(2);

    private readonly GceCloudOptions _options;
    private readonly TokenCache _tokens;
    private readonly TimeProvider _timeProvider;
    private readonly HttpCaller _caller;

    /// <param name="options">How it is set up.</param>
    /// <param name="tokens">What it is called with; disposed with this.</param>
    /// <param name="timeProvider">The clock.</param>
    public GceApi(GceCloudOptions options, TokenCache tokens, TimeProvider timeProvider)
    {
        (_options, _tokens, _timeProvider) = (options, tokens, timeProvider);
        Errors = new(options.Project);
        var handler = ServiceHandler.Make(options.Endpoint, IdleMax);
        // User data repeat from instance to instance, so that a list of them shrinks to a tenth.
        handler.AutomaticDecompression = DecompressionMethods.All;
        _caller = new(
            new AuthorizingHandler(handler, AuthorizeAsync),
            new HttpService("Compute Engine", options.Endpoint) { Timeout = options.Timeout },
            timeProvider);
    }

    /// <summary>The project.</summary>
    public string Project => _options.Project;

    /// <summary>The region.</summary>
    public string Region => _options.Region;

    /// <summary>Whose credential it is.</summary>
    public string Who => _tokens.Who;

    /// <summary>What refusals mean.</summary>
    public GceErrors Errors { get; }

    /// <summary>Looks. A refusal is an exception.</summary>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Below the project, escaped; from <c>projects/</c> on for another project's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<HttpAnswer> GetAsync(string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer : throw Errors.Translate(answer);
    }

    /// <summary>Looks for something that may not be there: null then.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<HttpAnswer?> FindAsync(string call, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, path, body: null, cancellationToken);
        return answer.IsGood ? answer
            : Errors.Translate(answer) is { Kind: not CloudErrorKind.NotFound } failure ? throw failure : null;
    }

    /// <summary>Makes one call, whatever is answered.</summary>
    /// <inheritdoc cref="GetAsync"/>
    /// <param name="method">GET only looks; every other changes something.</param>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">As of <see cref="GetAsync"/>.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <param name="timeout">How long it may take; null for the usual.</param>
    public Task<HttpAnswer> SendAsync(
        HttpMethod method, string call, string path, HttpContent? body, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        SendAsync(
            new Uri(
                _options.Endpoint, path.StartsWith("projects/", StringComparison.Ordinal) ? path : $"projects/{_options.Project}/{path}"),
            method, call, body, timeout, cancellationToken);

    /// <summary>Makes one call that only looks, though it is a POST; whatever is answered.</summary>
    /// <inheritdoc cref="GetAsync"/>
    /// <param name="call">What is asked, in words, for errors.</param>
    /// <param name="path">Below the project, escaped.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<HttpAnswer> LookAsync(string call, string path, HttpContent body, CancellationToken cancellationToken) => SendAsync(
        new Uri(_options.Endpoint, $"projects/{_options.Project}/{path}"), HttpMethod.Post, call, body, timeout: null, cancellationToken,
        isLook: true);

    /// <summary>Looks at the project itself.</summary>
    public Task<HttpAnswer> ProjectAsync(CancellationToken cancellationToken) =>
        GetAsync("look at the project", $"projects/{_options.Project}", cancellationToken);

    /// <summary>Asks the Cloud Resource Manager which of these permissions the credential has; whatever is answered.</summary>
    public Task<HttpAnswer> TestPermissionsAsync(string[] permissions, CancellationToken cancellationToken) => SendAsync(
        new Uri(_options.ResourceManagerEndpoint, $"v1/projects/{_options.Project}:testIamPermissions"),
        HttpMethod.Post,
        "ask for the permissions",
        HttpCaller.Json(new PermissionList(permissions).ToJson()),
        timeout: null,
        cancellationToken);

    /// <summary>Waits until an operation in a zone is over.</summary>
    /// <param name="call">What it does, in words.</param>
    /// <param name="zone">Where.</param>
    /// <param name="operation">As it began.</param>
    /// <param name="cancellationToken">Gives up waiting; the operation goes on.</param>
    /// <returns>It, done; well or not.</returns>
    /// <exception cref="CloudException">It is not known how it ended.</exception>
    public async Task<Operation> WaitAsync(string call, string zone, Operation operation, CancellationToken cancellationToken)
    {
        var begun = _timeProvider.GetTimestamp();
        while (operation.Status != "DONE")
        {
            if (_timeProvider.GetElapsedTime(begun) > OperationMax)
            {
                throw new CloudException(
                    CloudErrorKind.Ambiguous,
                    $"{call}: Google's operation {operation.Name} is not over after {OperationMax.TotalMinutes:0} minutes");
            }

            var asked = _timeProvider.GetTimestamp();
            var answer = await SendAsync(
                HttpMethod.Post, $"{call}, wait for it", $"zones/{zone}/operations/{Uri.EscapeDataString(operation.Name ?? "")}/wait",
                body: null, cancellationToken, WaitTimeout);
            operation = answer.IsGood ? answer.Read(Operation.Of) : throw Errors.Translate(answer);
            if (operation.Status != "DONE" && BetweenWaits - _timeProvider.GetElapsedTime(asked) is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, _timeProvider, cancellationToken);
            }
        }

        return operation;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _caller.Dispose();
        _tokens.Dispose();
    }

    private async Task<HttpAnswer> SendAsync(
        Uri url, HttpMethod method, string call, HttpContent? body, TimeSpan? timeout, CancellationToken cancellationToken,
        bool? isLook = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body };
        var answer = await _caller.CallAsync(request, call, cancellationToken, timeout, isLook);
        if (answer.Status is HttpStatusCode.Unauthorized && request.Headers.Authorization?.Parameter is { } refused)
        {
            _tokens.Forget(refused);
        }

        return answer;
    }

    private async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens.GetAsync(cancellationToken));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        // Google compresses for those alone whose name says so, too.
        request.Headers.TryAddWithoutValidation("User-Agent", "muster (gzip)");
    }
}
