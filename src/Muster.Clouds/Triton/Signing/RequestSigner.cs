using System.Globalization;
using System.Text;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Puts date and signature on a request, as HTTP Signature wants it (draft-cavage-http-signatures).</summary>
/// <param name="signer">The key.</param>
/// <param name="account">Whose.</param>
/// <param name="user">The account's sub-user whose key it is; null for the account's own.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RequestSigner(ISigner signer, string account, string? user, TimeProvider timeProvider) : IDisposable
{
    private readonly string _keyId = user is null
        ? $"/{account}/keys/{Fingerprint.Md5(signer.PublicKey.Span)}"
        : $"/{account}/users/{user}/keys/{Fingerprint.Md5(signer.PublicKey.Span)}";

    /// <summary>The key's MD5 fingerprint.</summary>
    public string KeyFingerprint { get; } = Fingerprint.Md5(signer.PublicKey.Span);

    /// <summary>The values of the headers <c>Date</c> and <c>Authorization</c> for a request made now.</summary>
    public async ValueTask<(string Date, string Authorization)> SignAsync(CancellationToken cancellationToken)
    {
        var date = timeProvider.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        var signature = await signer.SignAsync(Encoding.ASCII.GetBytes($"date: {date}"), cancellationToken);
        return (
            date,
            $"Signature keyId=\"{_keyId}\",algorithm=\"{signer.Algorithm}\",headers=\"date\","
            + $"signature=\"{Convert.ToBase64String(signature)}\"");
    }

    /// <inheritdoc/>
    public void Dispose() => signer.Dispose();
}
