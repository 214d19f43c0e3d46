using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Outbound;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>One request of the protocol and its answer; the one place that says what a failure means.</summary>
internal sealed class RemoteExchange : IDisposable
{
    /// <summary>Longer than the server waits for its store and for a permit, shorter than a lease is trusted.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly TimeProvider _timeProvider;

    public RemoteExchange(Uri address, string? token, HttpMessageHandler handler, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _http = new(handler)
        {
            // Relative paths are resolved against the last slash: without one, a prefix behind a proxy would be lost.
            BaseAddress = address.AbsoluteUri.EndsWith('/') ? address : new(address.AbsoluteUri + "/"),
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Add(RemoteProtocol.VersionHeader, RemoteProtocol.Version);
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Sends a body, and reads the answer.</summary>
    /// <param name="path">Below <see cref="RemoteProtocol.Path"/>.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="bodyType">How that is written.</param>
    /// <param name="answerType">How the answer is written.</param>
    /// <param name="cancellationToken">Gives up; the request may be carried out all the same.</param>
    /// <exception cref="RemoteException">It came to nothing.</exception>
    public async Task<TAnswer> SendAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, bodyType);
        return await SendAsync(path, content, answerType, cancellationToken);
    }

    /// <summary>Asks without a body.</summary>
    /// <inheritdoc cref="SendAsync{TBody,TAnswer}"/>
    public Task<TAnswer> AskAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        SendAsync(path, content: null, answerType, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer> SendAsync<TAnswer>(
        string path, HttpContent? content, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Timeout, _timeProvider);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{RemoteProtocol.Path}/{path}") { Content = content };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, limit.Token);
            }

            await using var answer = await AnswerBody.ReadAsync(response.Content, limit.Token);
            return await JsonSerializer.DeserializeAsync(answer, answerType, limit.Token) ?? throw new JsonException("the answer is null");
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested))
        {
            throw new RemoteException(
                ConnectionFailure.WasNeverSent(error) ? RemoteErrorKind.Unreachable : RemoteErrorKind.Unanswered,
                $"{_http.BaseAddress}: {ConnectionFailure.Describe(error, _http.BaseAddress!)}", inner: error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteException(
                RemoteErrorKind.Unanswered, $"{_http.BaseAddress} did not answer within {Timeout.TotalSeconds:0} s", inner: error);
        }
        catch (JsonException error)
        {
            throw new RemoteException(
                RemoteErrorKind.Unanswered,
                $"{_http.BaseAddress} answered what this version does not understand: {error.Message}",
                inner: error);
        }
    }

    private async Task<RemoteException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            // A proxy in between, or not Muster at all: whether a server got the request, nobody knows.
            var text = await AnswerBody.ReadRefusalTextAsync(response.Content, cancellationToken);
            return new(
                RemoteErrorKind.Unanswered,
                $"{_http.BaseAddress} answered what is not from Muster: "
                + $"{ForeignAnswer.Describe(status, text, _http.BaseAddress!, "Muster")}");
        }

        var body = await AnswerBody.ReadRefusalAsync(response.Content, cancellationToken);
        var refusal = JsonSerializer.Deserialize(body.Span, RemoteJson.Default.Refusal);
        var kind = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => RemoteErrorKind.Unauthorized,
            HttpStatusCode.NotFound => RemoteErrorKind.NotFound,
            _ => RemoteErrorKind.Refused,
        };
        return new(
            kind, refusal?.Detail ?? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"), refusal?.Code,
            retryAfter: response.Headers.RetryAfter?.Delta);
    }
}
