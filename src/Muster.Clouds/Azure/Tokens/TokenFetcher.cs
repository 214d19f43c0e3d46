using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Azure.Tokens;

/// <summary>Fetches tokens, and knows of each refusal what to do about it. Reads secrets anew each time: they are rotated.</summary>
/// <remarks>See docs/decisions/0260-azure-tokens-without-a-library.md.</remarks>
/// <param name="options">How.</param>
/// <param name="caller">Calls whoever gives tokens.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">Where the ids of assertions come from.</param>
internal sealed class TokenFetcher(TokenOptions options, HttpCaller caller, TimeProvider timeProvider, IRandomSource random) : IDisposable
{
    private const string What = "azure: ask for a token";

    // RFC 7523, "JSON Web Token (JWT) Profile for OAuth 2.0 Client Authentication".
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>More than any token has.</summary>
    private const int TokenLengthMax = 32 * 1024;

    private const int WordsMax = 300;

    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(24);

    // Of Entra's codes, those that a person can do something about: learn.microsoft.com, "Microsoft Entra authentication error codes".
    private static readonly (string Code, string Hint)[] Hints =
    [
        ("AADSTS7000215", "the client secret is wrong: give the secret's value, and not its id"),
        ("AADSTS7000222", "the client secret has expired: make a new one and put it into the file"),
        ("AADSTS700016", "the tenant knows no application with that client_id"),
        ("AADSTS90002", "there is no such tenant: look at tenant_id"),
        ("AADSTS900023", "there is no such tenant: look at tenant_id"),
        ("AADSTS700027", "the application does not have that certificate: upload it, or give the one that it has"),
        ("AADSTS700024", "the clock of this machine, or of the token's issuer, is off, or the federated token has expired"),
        ("AADSTS700212", "the federated token's audience is not the one that the application trusts"),
        ("AADSTS70021", "the application has no federated credential for that token's issuer and subject"),
        ("AADSTS700213", "the application has no federated credential for that token's subject"),
        ("AADSTS500011", "endpoint is no service that the tenant knows"),
    ];

    /// <summary>Fetches one.</summary>
    /// <exception cref="CloudException">There is none to be had.</exception>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        using var request = options.Way is TokenWay.Managed ? ManagedRequest() : ClientRequest();
        HttpAnswer answer;
        try
        {
            answer = await caller.CallAsync(request, What, cancellationToken);
        }
        catch (CloudException error) when (options.Way is TokenWay.Managed && error.Kind is CloudErrorKind.Unavailable)
        {
            throw new CloudException(
                error.Kind,
                $"{error.Message} (elsewhere than on Azure there is no managed identity: set client_secret_file, certificate_file or "
                + "federated_token_file)",
                error.RetryAfter, error);
        }

        return answer.IsGood ? Read(answer) : throw Refusal(answer);
    }

    /// <inheritdoc/>
    public void Dispose() => caller.Dispose();

    private HttpRequestMessage ClientRequest()
    {
        var address = new Uri(options.Authority, $"{Uri.EscapeDataString(options.Tenant)}/oauth2/v2.0/token");
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = options.Client,
            ["scope"] = $"{options.Audience}/.default",
        };
        if (options.Way is TokenWay.Secret)
        {
            form["client_secret"] = options.Secret ?? ReadFile().Trim();
        }
        else
        {
            form["client_assertion_type"] = AssertionType;
            form["client_assertion"] = options.Way is TokenWay.Workload
                ? ReadFile().Trim()
                : CertificateAssertion.Make(ReadFile(), options.File!, options.Client, address, timeProvider.GetUtcNow(), random.NextId());
        }

        return new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
    }

    private HttpRequestMessage ManagedRequest()
    {
        var query = $"resource={Uri.EscapeDataString(options.Audience)}"
            + (options.Client.Length > 0 ? $"&client_id={Uri.EscapeDataString(options.Client)}" : "");
        if (options.AppService is { } appService)
        {
            var ofApp = new HttpRequestMessage(HttpMethod.Get, $"{appService}?api-version=2019-08-01&{query}");
            ofApp.Headers.Add("X-IDENTITY-HEADER", options.AppServiceHeader);
            return ofApp;
        }

        var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(options.Metadata, $"metadata/identity/oauth2/token?api-version=2018-02-01&{query}"));
        // Proves that nobody was tricked into asking: learn.microsoft.com, "Azure Instance Metadata Service", security.
        request.Headers.Add("Metadata", "true");
        return request;
    }

    private string ReadFile()
    {
        try
        {
            return options.ReadFile(options.File!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized, $"'{options.File}' cannot be read: {error.Message}",
                innerException: error);
        }
    }

    private AccessToken Read(HttpAnswer answer)
    {
        var token = answer.Read(TokenAnswer.Of);
        var now = timeProvider.GetUtcNow();
        if (token.AccessToken is not { Length: > 0 and <= TokenLengthMax } value || !value.All(c => c is > ' ' and <= '~'))
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"{What} was answered without a token");
        }

        var life = NumberOf(token.ExpiresIn) is { } seconds ? TimeSpan.FromSeconds(seconds)
            : NumberOf(token.ExpiresOn) is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) - now
            : TimeSpan.Zero;
        return new(value, now + (life > LifeMax ? LifeMax : life));
    }

    private static long? NumberOf(JsonElement? element) =>
        long.TryParse(
            element is { ValueKind: JsonValueKind.String or JsonValueKind.Number } ? element.Value.ToString() : null,
            NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 100_000_000_000
            ? number
            : null;

    private CloudException Refusal(HttpAnswer answer)
    {
        var refusal = answer.TryRead(TokenRefusal.Of);
        // "AADSTS7000215: Invalid client secret provided. Ensure ... Trace ID: ..." : ids of calls help nobody here.
        var words = ForeignText.Shown((refusal?.Description ?? "").Split("Trace ID", 2)[0].Trim(), WordsMax);
        var kind = (int)answer.Status switch
        {
            429 => CloudErrorKind.Throttled,
            >= 500 or 408 => CloudErrorKind.Unavailable,
            _ => refusal?.Error is "temporarily_unavailable" ? CloudErrorKind.Unavailable : CloudErrorKind.Unauthorized,
        };
        var hint = Hints.FirstOrDefault(one => words.StartsWith($"{one.Code}:", StringComparison.Ordinal)).Hint
            ?? (options.Way is TokenWay.Managed && kind is CloudErrorKind.Unauthorized
                ? "this machine has no such managed identity: assign one, or look at client_id"
                : null);
        var text = new StringBuilder(refusal?.Error is { } error ? ForeignText.Shown(error, WordsMax) : $"status {(int)answer.Status}");
        text.Append(words.Length > 0 ? $": {words}" : "").Append(hint is null ? "" : $" ({hint})");
        return answer.Failure(kind, text.ToString());
    }
}
