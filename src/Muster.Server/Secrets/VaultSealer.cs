using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Muster.Core.Accounts;
using Muster.Outbound;

namespace Muster.Server.Secrets;

/// <summary>Seals with HashiCorp Vault's transit engine, which never gives its key away.</summary>
/// <remarks>
/// See https://developer.hashicorp.com/vault/api-docs/secret/transit. The token's file is read for each call, so
/// that an agent may renew it.
/// </remarks>
public sealed class VaultSealer : ISecretSealer, IDisposable
{
    private const string Scheme = "vault";
    private const int AnswerBytesMax = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Shorter than a call's time, so that what is told is that no connection came about.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly VaultSealerOptions _options;

    /// <summary>Nothing is called yet.</summary>
    public VaultSealer(VaultSealerOptions options)
    {
        _options = options;
        var handler = OutboundHandler.Make(ConnectTimeout, options.Url);
        (handler.AllowAutoRedirect, handler.UseCookies) = (false, false);
        _http = new(handler)
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <inheritdoc/>
    public async Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            "encrypt", new() { Plaintext = Convert.ToBase64String(secret.Span), AssociatedData = Bound(purpose) }, cancellationToken);
        return new(Scheme, answer.Ciphertext ?? throw Unexpected());
    }

    /// <inheritdoc/>
    public async Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken)
    {
        if (secret.Scheme != Scheme)
        {
            throw new SealException($"it was sealed by {secret.Scheme}, and the configuration names a Vault");
        }

        var answer = await AskAsync("decrypt", new() { Ciphertext = secret.Data, AssociatedData = Bound(purpose) }, cancellationToken);
        try
        {
            return Convert.FromBase64String(answer.Plaintext ?? throw Unexpected());
        }
        catch (FormatException error)
        {
            throw Unexpected(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Bound(string purpose) => Convert.ToBase64String(Encoding.UTF8.GetBytes(purpose));

    private async Task<VaultData> AskAsync(string verb, VaultData body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, $"{_options.Url.AbsoluteUri.TrimEnd('/')}/v1/transit/{verb}/{Uri.EscapeDataString(_options.Key)}");
            request.Headers.TryAddWithoutValidation("X-Vault-Token", await ReadTokenAsync(cancellationToken));
            request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
            request.Content = JsonContent.Create(body, VaultJson.Default.VaultData);
            using var response = await _http.SendAsync(request, cancellationToken);
            // Its errors may repeat what was sent, so only the status is told.
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync(VaultJson.Default.VaultAnswer, cancellationToken))?.Data ?? throw Unexpected()
                : throw new SealException(
                    $"Vault at {_options.Url.Authority} does not {verb} with transit key '{_options.Key}': "
                    + $"status {(int)response.StatusCode}");
        }
        catch (Exception error) when (error is HttpRequestException
            || (ConnectionFailure.IsConnectTimeout(error) && !cancellationToken.IsCancellationRequested))
        {
            throw new SealException($"Vault does not answer: {ConnectionFailure.Describe(error, _options.Url)}", error);
        }
        catch (JsonException error)
        {
            throw Unexpected(error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SealException($"Vault at {_options.Url.Authority} does not answer within {Timeout.TotalSeconds:0} s", error);
        }
    }

    private async Task<string> ReadTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(_options.TokenFile, cancellationToken)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"the file of Vault's token cannot be read: {error.Message}", error);
        }
    }

    private SealException Unexpected(Exception? error = null) =>
        new($"{_options.Url.Authority} does not answer as Vault's transit engine does", error);
}
