using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Outbound;

namespace Muster.Nomad.Client;

/// <summary>Sends calls to the agents, in turn until one answers, and tells what an answer or its absence means.</summary>
internal sealed class NomadConnection : IDisposable
{
    private readonly NomadOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpMessageInvoker _http;

    // The agent that answered last; written by any call, and no call minds which.
    private int _current;

    /// <param name="options">Where.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="Core.InputException">A file is not what it should be.</exception>
    public NomadConnection(NomadOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _http = new(NomadHandler.Make(options), disposeHandler: true);
    }

    /// <summary>Makes one call and reads its answer.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="type">What is answered.</param>
    /// <param name="cancellationToken">Gives up waiting; the call may happen all the same.</param>
    /// <exception cref="NomadException">It was refused, or nobody answered.</exception>
    public async Task<T> SendAsync<T>(NomadCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var first = Volatile.Read(ref _current);
        for (var attempt = 0; ; attempt++)
        {
            var which = (first + attempt) % _options.Addresses.Length;
            try
            {
                var answer = await SendOnceAsync(_options.Addresses[which], call, type, cancellationToken);
                Volatile.Write(ref _current, which);
                return answer;
            }
            catch (NomadException error) when (attempt + 1 < _options.Addresses.Length && MayTryAnother(call, error))
            {
                // The next agent may have what this one lacks: itself, or a leader.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool MayTryAnother(NomadCall call, NomadException error) =>
        error.Kind is NomadErrorKind.Unavailable
        && (call.MayRepeat || error.InnerException is null || ConnectionFailure.WasNeverSent(error.InnerException));

    private async Task<T> SendOnceAsync<T>(Uri address, NomadCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = Request(address, call);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw NomadErrors.Translate(
                    call.Words, address, (int)response.StatusCode, await AnswerBody.ReadRefusalTextAsync(response.Content, either.Token));
            }

            await using var body = await AnswerBody.ReadAsync(response.Content, either.Token);
            return await JsonSerializer.DeserializeAsync(body, type, either.Token) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new NomadException(
                NomadErrorKind.Unavailable,
                $"{call.Words}: {address.Authority} does not answer as Nomad does: is the address right?",
                error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested))
        {
            throw new NomadException(
                NomadErrorKind.Unavailable,
                $"{call.Words}: no answer from {address.Authority}: {ConnectionFailure.Describe(error, address)}",
                error);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new NomadException(
                NomadErrorKind.Unavailable,
                $"{call.Words}: no answer from {address.Authority} within {_options.Timeout.TotalSeconds:0.#} s",
                error);
        }
    }

    private HttpRequestMessage Request(Uri address, NomadCall call)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(address, Path(call)));
        request.Headers.TryAddWithoutValidation("User-Agent", "muster");
        if (_options.ServerName is { } name)
        {
            // What the certificate is compared with: the handler's own setting for it is overwritten by the address.
            request.Headers.Host = name;
        }

        if (_options.Token is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Nomad-Token", token);
        }

        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    private string Path(NomadCall call)
    {
        var parameters = new List<string>();
        if (call.Query is { } query)
        {
            parameters.Add(query);
        }

        if (_options.Namespace is { } space)
        {
            parameters.Add($"namespace={Uri.EscapeDataString(space)}");
        }

        if (_options.Region is { } region)
        {
            parameters.Add($"region={Uri.EscapeDataString(region)}");
        }

        return parameters.Count > 0 ? $"{call.Path}?{string.Join('&', parameters)}" : call.Path;
    }
}
