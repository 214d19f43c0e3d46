using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Signing;
using Muster.Clouds.Triton.Wire;
using Muster.Core.Accounts;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Accounts;

/// <summary>CloudAPI as a judge of callers: their date and signature are sent on as they came, so they must cover the date alone.</summary>
internal sealed class CloudApiAuthority(TritonCloudOptions options, X509Certificate2Collection? authorities, TimeProvider timeProvider)
    : ICallerAuthority, IDisposable
{
    private readonly Uri _url = options.AuthorityUrl ?? options.Url!;
    private readonly HttpCaller _caller = CloudApiHttp.Open(
        options.AuthorityUrl ?? options.Url!, options.AcceptVersion, options.AuthorityTimeout, authorities, sign: null, timeProvider);

    /// <inheritdoc/>
    public string KeyName => options.KeyName;

    /// <inheritdoc/>
    public async Task<CloudAccount> IdentifyAsync(CallerProof caller, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, caller, "identify", "", body: null, cancellationToken);
        if (answer.Status is HttpStatusCode.NotFound)
        {
            throw new CloudException(CloudErrorKind.Unauthorized, $"identify: there is no account {caller.Account}");
        }

        var account = Good(answer).Read(TritonJson.Default.AccountAnswer);
        return new(account.Id, account.Login);
    }

    /// <inheritdoc/>
    public async Task<string?> FindKeyAsync(CallerProof caller, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Get, caller, "find the service key", $"/keys/{Uri.EscapeDataString(KeyName)}", body: null, cancellationToken);
        return answer.Status is HttpStatusCode.NotFound ? null : Good(answer).Read(TritonJson.Default.KeyAnswer).Fingerprint;
    }

    /// <inheritdoc/>
    public async Task<bool> AddKeyAsync(CallerProof caller, string publicKey, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new(KeyName, publicKey), TritonJson.Default.KeyBody);
        var answer = await SendAsync(HttpMethod.Post, caller, "add the service key", "/keys", body, cancellationToken);
        return answer.Status is not HttpStatusCode.Conflict && Good(answer).IsGood;
    }

    /// <inheritdoc/>
    public async Task RemoveKeyAsync(CallerProof caller, string fingerprint, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Delete,
            caller,
            "remove the old service key",
            $"/keys/{Uri.EscapeDataString(fingerprint)}",
            body: null,
            cancellationToken);
        if (answer.Status is not HttpStatusCode.NotFound)
        {
            Good(answer);
        }
    }

    /// <inheritdoc/>
    public NewKey MakeKey() => ServiceKeyMaker.Make(options.KeyType);

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private static HttpAnswer Good(HttpAnswer answer) => answer.IsGood ? answer : throw CloudApiErrors.Translate(answer);

    private async Task<HttpAnswer> SendAsync(
        HttpMethod method, CallerProof caller, string call, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, CloudApiHttp.AddressOf(_url, caller.Account, path))
        {
            Content = body is { } json ? HttpCaller.Json(json) : null,
        };
        CloudApiHttp.AddProof(request.Headers, (caller.Date, caller.Authorization));
        return await _caller.CallAsync(request, call, cancellationToken);
    }
}
