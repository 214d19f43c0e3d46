using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Api.Problems;
using Muster.Outbound;

namespace Muster.Api.Client;

/// <summary>One request and its answer; the one place that turns what goes wrong into the client's two exceptions.</summary>
internal sealed class Exchange : IDisposable
{
    /// <summary>A check of a large group waits for its launches; longer than that, something is stuck.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _authorization;

    public Exchange(Uri address, string? token, HttpMessageHandler? handler)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{address}' is not a server's address: http://HOST:PORT or https://HOST:PORT", nameof(address));
        }

        Address = address;
        _authorization = token is null ? null : new("Bearer", token);
        _http = new(handler ?? MakeHandler(address))
        {
            // Relative paths are resolved against the last slash: without one, a prefix behind a proxy would be lost.
            BaseAddress = address.AbsoluteUri.EndsWith('/') ? address : new(address.AbsoluteUri + "/"),
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Address { get; }

    /// <summary>Sends a request and reads its whole answer.</summary>
    public async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await OpenAsync(request, limit.Token);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            return await JsonSerializer.DeserializeAsync(body, answer, limit.Token)
                ?? throw new JsonException("the answer is null");
        }
        catch (Exception error) when (IsNoAnswer(error, cancellationToken))
        {
            throw Unreachable(error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerUnreachableException(Address, $"nothing within {Timeout.TotalMinutes:0} minutes", error);
        }
        catch (JsonException error)
        {
            throw new ServerUnreachableException(Address, $"its answer is not Muster's: {error.Message}", error);
        }
    }

    /// <summary>Sends a request and returns once a good answer begins.</summary>
    /// <exception cref="ApiException">It is a bad one.</exception>
    /// <exception cref="HttpRequestException">None came.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.Headers.Authorization = _authorization;
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw new ApiException(await ReadProblemAsync(response, cancellationToken))
                {
                    RetryAfter = RetryAfterHeader.Read(response.Headers, TimeProvider.System.GetUtcNow()),
                };
            }
        }
    }

    /// <summary>Whether it says that no answer came, and not that the caller gave up.</summary>
    public static bool IsNoAnswer(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException
        || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested);

    /// <summary>The client's exception for it.</summary>
    public ServerUnreachableException Unreachable(Exception error) => new(Address, ConnectionFailure.Describe(error, Address), error);

    public void Dispose() => _http.Dispose();

    private static HttpMessageHandler MakeHandler(Uri address)
    {
        var handler = OutboundHandler.Make(ConnectTimeout, address);
        return address.IsLoopback ? new StartingServerHandler(handler, TimeProvider.System) : handler;
    }

    private async Task<ProblemView> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await AnswerBody.ReadRefusalAsync(response.Content, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == ProblemView.ContentType
            && JsonSerializer.Deserialize(body.Span, ApiJson.Default.ProblemView) is { } problem)
        {
            return problem;
        }

        // A proxy in between, or not Muster at all.
        var status = (int)response.StatusCode;
        var text = Encoding.UTF8.GetString(body.Span);
        return new()
        {
            Type = "about:blank",
            Title = "Unexpected answer",
            Status = status,
            Detail = $"the answer is no Muster server's: {ForeignAnswer.Describe(status, text, Address, "Muster")}",
            Code = "unexpected_answer",
        };
    }
}
