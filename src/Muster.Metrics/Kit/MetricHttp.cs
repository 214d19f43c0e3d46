using System.Globalization;
using System.Net;

using Muster.Core.Metrics;
using Muster.Outbound;

namespace Muster.Metrics.Kit;

/// <summary>Asks an HTTP server for figures: redirects are told and not followed, bodies are bounded, failures are sentences.</summary>
internal sealed class MetricHttp : IDisposable
{
    /// <summary>The longest answer: a hundred thousand series with a dozen labels.</summary>
    public const int BodyBytesMax = 64 * 1024 * 1024;

    /// <summary>A source has few requests under way at once; more connections would only wait.</summary>
    private const int ConnectionsMax = 8;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpAccess _access;
    private readonly HttpClient _client;

    /// <param name="access">Whom to ask, and as whom.</param>
    public MetricHttp(HttpAccess access)
    {
        _access = access;
        var handler = OutboundHandler.Make(ConnectTimeout, new Uri(access.Url));
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.MaxConnectionsPerServer = ConnectionsMax;
        // So that a name that moves is looked up again.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        handler.MaxResponseHeadersLength = 64;
        access.Secure(handler.SslOptions);
        // Each read has a time of its own, told by the board.
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request; disposed here.</param>
    /// <param name="secrets">What its headers hold that nobody may read in a message, beside what the options name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, whatever its status; never a redirect, nor one that asks who is there.</returns>
    /// <exception cref="MetricException">No answer that could be read came.</exception>
    public async Task<MetricAnswerBody> SendAsync(
        HttpRequestMessage request, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        using (request)
        {
            var address = request.RequestUri!;
            try
            {
                request.Headers.Authorization ??= _access.Authorization();
                secrets = [.. secrets, .. _access.Secrets()];
                request.Headers.UserAgent.ParseAdd("muster");
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                RefuseOthers(response, address, secrets);
                return new(response.StatusCode, await ReadAsync(response, address, secrets, cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                throw new MetricException(ConnectionFailure.Describe(error, address), error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new MetricException($"{address.Authority}: {Foreign.Words(error.Message)}", error);
            }
            catch (FormatException error)
            {
                // The platform's words would hold the token.
                throw new MetricException($"{address.Authority} was not asked: the secret cannot stand in a header", Unspoken(error));
            }
        }
    }

    /// <inheritdoc cref="SendAsync(HttpRequestMessage, IReadOnlyList{string}, CancellationToken)"/>
    public Task<MetricAnswerBody> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, [], cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static FormatException Unspoken(FormatException error) => new(error.GetType().Name);

    private static void RefuseOthers(HttpResponseMessage response, Uri address, IReadOnlyList<string> secrets)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        switch (response.StatusCode)
        {
            case >= (HttpStatusCode)300 and < (HttpStatusCode)400:
                var where = response.Headers.Location is { } location
                    ? $" to {Foreign.Words(SecretMask.Hide(location.OriginalString, secrets))}"
                    : "";
                throw new MetricException(
                    $"{address.Authority} redirects{where} (HTTP {status}): redirects are not followed, name the final address in url");
            case HttpStatusCode.Unauthorized:
                throw new MetricException(
                    $"{address.Authority} does not know Muster (HTTP 401): look at user, password_file and token_file");
            case HttpStatusCode.Forbidden:
                throw new MetricException($"{address.Authority} does not let Muster read this (HTTP 403)");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response, Uri address, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var refusal = (await AnswerBody.ReadRefusalAsync(response.Content, cancellationToken)).ToArray();
            SecretMask.Hide(refusal, secrets);
            return refusal;
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await body.ReadAsync(part, cancellationToken) is > 0 and var length)
        {
            if (read.Length + length > BodyBytesMax)
            {
                throw new MetricException($"the answer of {address.Authority} is longer than {BodyBytesMax / (1024 * 1024)} MiB");
            }

            read.Write(part, 0, length);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">What it says; of a refusal the beginning.</param>
internal readonly record struct MetricAnswerBody(HttpStatusCode Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it is a good one.</summary>
    public bool IsGood => (int)Status is >= 200 and < 300;

    /// <summary>The status and the server's words, to stand after its name.</summary>
    public string Refusal() =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)Status}{(Body.IsEmpty ? "" : $": {Foreign.Words(Body.Span)}")}");
}
