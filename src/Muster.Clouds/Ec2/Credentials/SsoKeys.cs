using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Ec2.Signing;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Credentials by single sign-on: for the login that <c>aws sso login</c> left on disk, renewed where it can be.</summary>
internal sealed class SsoKeys(CredentialOptions options, TokenHttp http, TimeProvider timeProvider)
{
    // Kept here and not written back: the file is the aws program's.
    private SsoToken? _renewed;

    /// <summary>Gets them.</summary>
    public async Task<AwsKeys> GetAsync(
        SharedProfiles profiles, ImmutableSortedDictionary<string, string> profile, string name, CancellationToken cancellationToken)
    {
        var session = profile.GetValueOrDefault("sso_session");
        var login = session is null ? profile : profiles.FindSession(session) ?? throw Wrong(name, $"there is no [sso-session {session}]");
        var region = login.GetValueOrDefault("sso_region");
        var (account, role) = (profile.GetValueOrDefault("sso_account_id"), profile.GetValueOrDefault("sso_role_name"));
        if (region is null || account is null || role is null || login.GetValueOrDefault("sso_start_url") is not { } start)
        {
            throw Wrong(name, "sso_region, sso_start_url, sso_account_id and sso_role_name are needed");
        }

        var token = await TokenAsync(session ?? start, region, name, cancellationToken);
        var query = $"account_id={Uri.EscapeDataString(account)}&role_name={Uri.EscapeDataString(role)}";
        var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{AddressOf("AWS_ENDPOINT_URL_SSO", "portal.sso", region)}/federation/credentials?{query}"));
        request.Headers.TryAddWithoutValidation("x-amz-sso_bearer_token", token);
        var (status, body) = await http.AskAsync(request, "single sign-on", isLocal: false, cancellationToken);
        if (status is not HttpStatusCode.OK)
        {
            throw (int)status >= 500
                ? new CloudException(CloudErrorKind.Unavailable, $"single sign-on answered {(int)status}")
                : Wrong(
                    name,
                    $"single sign-on refuses ({(int)status} {TokenHttp.Words(body)}): log in again with aws sso login --profile {name}");
        }

        var given = Read(body, SsoAnswer.Of).RoleCredentials;
        return given is { AccessKeyId: { } id, SecretAccessKey: { } secret }
            ? new(id, secret, given.SessionToken, DateTimeOffset.FromUnixTimeMilliseconds(given.Expiration))
            : throw new CloudException(CloudErrorKind.Unavailable, "single sign-on gave no whole credential out");
    }

    private async Task<string> TokenAsync(string key, string region, string profile, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (_renewed is { AccessToken: { } renewed } && _renewed.ExpiresAt > now + CredentialChain.Ahead)
        {
            return renewed;
        }

        var path = Path.Combine(options.AwsDirectory, "sso", "cache", $"{Sha1(key)}.json");
        SsoToken token;
        try
        {
            token = JsonFields.Parse(await File.ReadAllBytesAsync(path, cancellationToken), SsoToken.Of);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Wrong(profile, $"nobody has logged in on this machine: aws sso login --profile {profile}");
        }

        if (token is { AccessToken: { } access } && token.ExpiresAt > now + CredentialChain.Ahead)
        {
            return access;
        }

        if (token is not { RefreshToken: not null, ClientId: not null, ClientSecret: not null })
        {
            throw Wrong(profile, $"the login has expired: aws sso login --profile {profile}");
        }

        _renewed = await RenewAsync(token, region, profile, now, cancellationToken);
        return _renewed.AccessToken!;
    }

    private static T Read<T>(byte[] body, Func<JsonFields, T> read)
    {
        try
        {
            return JsonFields.Parse(body, read);
        }
        catch (JsonException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, "single sign-on answered with something that is not understood", innerException: error);
        }
    }

    private async Task<SsoToken> RenewAsync(
        SsoToken token, string region, string profile, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ask = new RenewRequest(token.ClientId!, token.ClientSecret!, "refresh_token", token.RefreshToken!);
        var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"{AddressOf("AWS_ENDPOINT_URL_SSO_OIDC", "oidc", region)}/token"))
        {
            Content = HttpCaller.Json(ask.ToJson()),
        };
        var (status, body) = await http.AskAsync(request, "single sign-on", isLocal: false, cancellationToken);
        if ((int)status >= 500)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"single sign-on answered {(int)status}");
        }

        return status is HttpStatusCode.OK
            && Read(body, RenewAnswer.Of) is { AccessToken: not null } given
            ? token with
            {
                AccessToken = given.AccessToken,
                RefreshToken = given.RefreshToken ?? token.RefreshToken,
                ExpiresAt = now + TimeSpan.FromSeconds(Math.Clamp(given.ExpiresIn, 0, 86_400)),
            }
            : throw Wrong(profile, $"the login has expired: aws sso login --profile {profile}");
    }

    // The variables are those that every SDK of AWS knows.
    private string AddressOf(string variable, string service, string region) =>
        options.Variable(variable)?.TrimEnd('/')
        ?? $"https://{service}.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";

    private static CloudException Wrong(string profile, string why) =>
        new(CloudErrorKind.Unauthorized, $"profile '{profile}' gives no credential: {why}");

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The aws program names its files so.")]
    private static string Sha1(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
}
