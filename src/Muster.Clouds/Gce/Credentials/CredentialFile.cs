using System.Text.Json;
using System.Text;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>A credential file of one of Google's types.</summary>
internal static class CredentialFile
{
    private const string Types =
        "a service account's key, the file of `gcloud auth application-default login`, or the configuration of a workload identity "
        + "federation";

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none; says what is allowed.</exception>
    public static CredentialDocument Read(string path, CloudFiles files)
    {
        string text;
        try
        {
            text = files.ReadText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"a file that can be read ({error.Message})", error);
        }

        CredentialDocument document;
        try
        {
            document = JsonFields.Parse(Encoding.UTF8.GetBytes(text), CredentialDocument.Of);
        }
        catch (JsonException error)
        {
            // Not the parser's words, which may quote what stands there.
            throw new FormatException($"{Types}; this is no JSON of that kind", error);
        }

        return FlawOf(document) is { } flaw ? throw new FormatException($"{Types}: {flaw}") : document;
    }

    /// <summary>What gets tokens by a file.</summary>
    /// <exception cref="FormatException">As <see cref="Read"/>.</exception>
    public static ITokenSource Open(CredentialDocument document, CloudFiles files, TokenCalls calls)
    {
        ITokenSource source = document.Type switch
        {
            "service_account" => new ServiceAccountTokens(document, calls),
            "authorized_user" => new UserTokens(document, calls),
            "external_account" => new ExternalTokens(document, files, calls),
            _ => Open(document.SourceCredentials!, files, calls),
        };
        return document.ServiceAccountImpersonationUrl is { } url
            ? new ImpersonatedTokens(source, new Uri(url), document.Delegates, calls)
            : source;
    }

    private static string? FlawOf(CredentialDocument document) => document.Type switch
    {
        "service_account" => Missing(
            ("client_email", document.ClientEmail), ("private_key", document.PrivateKey), ("token_uri", document.TokenUri))
            ?? Address("token_uri", document.TokenUri)
            ?? (ServiceAccountTokens.IsKey(document.PrivateKey) ? null : "its private_key is no RSA key in PEM"),
        "authorized_user" => Missing(
            ("client_id", document.ClientId), ("client_secret", document.ClientSecret), ("refresh_token", document.RefreshToken))
            ?? Address("token_uri", document.TokenUri),
        "external_account" => Missing(
            ("audience", document.Audience), ("subject_token_type", document.SubjectTokenType), ("token_url", document.TokenUrl))
            ?? Address("token_url", document.TokenUrl)
            ?? Address("service_account_impersonation_url", document.ServiceAccountImpersonationUrl)
            ?? SourceFlaw(document.CredentialSource),
        "impersonated_service_account" => Missing(("service_account_impersonation_url", document.ServiceAccountImpersonationUrl))
            ?? Address("service_account_impersonation_url", document.ServiceAccountImpersonationUrl)
            ?? (document.SourceCredentials is { Type: not "impersonated_service_account" } source ? FlawOf(source)
                : "its source_credentials are missing"),
        null => "it has no type",
        _ => "its type is none of service_account, authorized_user, external_account and impersonated_service_account",
    };

    private static string? SourceFlaw(TokenSourceDocument? source) =>
        source is null ? "its credential_source is missing"
        : source.EnvironmentId is not null ? "its credential_source is AWS, which Muster does not speak to: use a file or a url"
        : source.File is null && source.Url is null ? "its credential_source is neither a file nor a url"
        : source.Url is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _) ? "the url of its credential_source is none"
        : null;

    private static string? Missing(params (string Name, string? Value)[] fields) =>
        fields.FirstOrDefault(field => string.IsNullOrEmpty(field.Value)) is { Name: { } name } ? $"its {name} is missing" : null;

    /// <summary>Keys and tokens go to nobody over an open line, but for this machine.</summary>
    private static string? Address(string name, string? url) =>
        url is null
        || (Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            ? null
            : $"its {name} is not https";
}
