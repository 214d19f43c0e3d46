using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Traffic;
using Muster.Outbound;

namespace Muster.Traffic.Kit;

/// <summary>Speaks to an HTTP API: redirects are not followed, bodies are bounded, failures are typed and hold no secret.</summary>
internal sealed class TrafficHttp : IDisposable
{
    /// <summary>The longest answer that is read: ten thousand instances of a service with their checks.</summary>
    private const int BodyBytesMax = 64 * 1024 * 1024;

    private const int ConnectionsMax = 8;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpAccess _access;
    private readonly string _tokenHeader;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly HttpClient _client;

    /// <param name="access">Whom to ask, and as whom.</param>
    /// <param name="tokenHeader">The header that holds the token.</param>
    /// <param name="timeout">How long a call may take.</param>
    /// <param name="timeProvider">The clock.</param>
    public TrafficHttp(HttpAccess access, string tokenHeader, TimeSpan timeout, TimeProvider timeProvider)
    {
        (_access, _tokenHeader, _timeout, _timeProvider) = (access, tokenHeader, timeout, timeProvider);
        var handler = OutboundHandler.Make(ConnectTimeout, access.Url);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.MaxConnectionsPerServer = ConnectionsMax;
        // So that a name that moves is looked up again.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        handler.MaxResponseHeadersLength = 64;
        access.Secure(handler.SslOptions);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = access.Url };
    }

    /// <summary>The server, for sentences.</summary>
    public string Server => _access.Url.Authority;

    /// <summary>Sends a request, and reads the answer where it is a good one.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">What, with a slash in front; parts of it escaped.</param>
    /// <param name="body">Writes the body as JSON; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="mustBe">Whether there must be something of that name: then a 404 is a refusal like any other.</param>
    /// <param name="obstacle">Says of the headers of a good answer why it is not whole; null where it is.</param>
    /// <returns>The answer as JSON; null where there is nothing of that name (404), and of an answer without a body.</returns>
    /// <exception cref="TrafficException">No good answer came.</exception>
    public async Task<JsonDocument?> SendAsync(
        HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancellationToken, bool mustBe = false,
        Func<HttpResponseHeaders, string?>? obstacle = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.UserAgent.ParseAdd("muster");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Write(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var late = new CancellationTokenSource(_timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (_access.Token?.Read() is { } token && !request.Headers.TryAddWithoutValidation(_tokenHeader, token))
            {
                throw new TrafficException(TrafficErrorKind.Refused, $"{Server} was not asked: the token cannot stand in a header");
            }

            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is HttpStatusCode.NotFound && !mustBe)
            {
                return null;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await RefusedAsync(response, path, either.Token);
            }

            if (obstacle?.Invoke(response.Headers) is { } why)
            {
                throw new TrafficException(TrafficErrorKind.Refused, $"{Server} {why}");
            }

            await response.Content.LoadIntoBufferAsync(BodyBytesMax, either.Token);
            var read = await response.Content.ReadAsByteArrayAsync(either.Token);
            return read.AsSpan().Trim(" \r\n\t"u8).IsEmpty ? null : JsonDocument.Parse(read);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable, $"{Server} gave no answer within {DurationText.Format(_timeout)}", error);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            throw new TrafficException(TrafficErrorKind.Unavailable, ConnectionFailure.Describe(error, _access.Url), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrafficException(TrafficErrorKind.Unavailable, $"{Server}: {Foreign.Words(error.Message)}", error);
        }
        catch (JsonException error)
        {
            throw new TrafficException(TrafficErrorKind.Unavailable, $"the answer of {Server} to {path} is no JSON", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            body(json);
        }

        return text.ToArray();
    }

    private async Task<TrafficException> RefusedAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var said = Encoding.UTF8.GetString((await AnswerBody.ReadRefusalAsync(response.Content, cancellationToken)).Span);
        if (_access.Token?.Read() is { Length: > 3 } token)
        {
            said = said.Replace(token, "***", StringComparison.Ordinal);
        }

        var words = status is >= 300 and < 400
            ? "redirects: name the final address in url"
            : status == 404 ? $"has nothing at {path.Split('?')[0]}{(said.Length == 0 ? "" : $": {Foreign.Words(said)}")}"
            : string.Create(CultureInfo.InvariantCulture, $"answers HTTP {status}{(said.Length == 0 ? "" : $": {Foreign.Words(said)}")}");
        return new(
            status is >= 500 or 429 or 408 ? TrafficErrorKind.Unavailable : TrafficErrorKind.Refused, $"{Server} {words}")
        {
            RetryAfter = RetryAfterHeader.Read(response.Headers, _timeProvider.GetUtcNow()),
        };
    }
}
