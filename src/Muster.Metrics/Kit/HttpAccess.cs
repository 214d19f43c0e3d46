using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Muster.Core.Options;

namespace Muster.Metrics.Kit;

/// <summary>Where an HTTP server is, and what Muster shows of itself: the options that all sources over HTTP have.</summary>
internal sealed class HttpAccess
{
    private static readonly ConfigOption<string?> User = Option.Text("user", "the user of basic authentication", allowed: "a name");

    private static readonly ConfigOption<string?> PasswordFile = Option.Text(
        "password_file", "a file with that user's password, which only its owner may read");

    private static readonly ConfigOption<string?> TokenFile = Option.Text(
        "token_file", "a file with a bearer token, which only its owner may read");

    private static readonly ConfigOption<string?> CaFile = Option.Text(
        "ca_file", "certificates (PEM) that vouch for the server, in place of the system's");

    private static readonly ConfigOption<string?> CertificateFile = Option.Text(
        "certificate_file", "the certificate (PEM) that Muster shows");

    private static readonly ConfigOption<string?> KeyFile = Option.Text(
        "key_file", "its key (PEM), which only its owner may read", "in `certificate_file`");

    private readonly string? _user;
    private readonly SecretText? _password;
    private readonly SecretText? _token;

    private HttpAccess(string url, string? user, SecretText? password, SecretText? token)
    {
        Url = url;
        _user = user;
        _password = password;
        _token = token;
    }

    /// <summary>The options, without <c>url</c>, whose meaning each source tells itself.</summary>
    public static ImmutableArray<ConfigOption> Options { get; } = [User, PasswordFile, TokenFile, CaFile, CertificateFile, KeyFile];

    /// <summary>Where it is, as it was written; an absolute address with http or https.</summary>
    public string Url { get; }

    /// <summary>The certificates that vouch for the server; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>What Muster shows; null for nothing.</summary>
    public X509Certificate2? Certificate { get; private init; }

    /// <summary>Reads them, and notes every one that is wrong.</summary>
    public static HttpAccess Read(MetricSetupReader reader, ConfigOption<string?> url)
    {
        var (user, password, token) = (reader.Read(User), reader.Secret(PasswordFile), reader.Secret(TokenFile));
        if (user is null != reader.TextOf(PasswordFile.Name) is null)
        {
            reader.Refuse(user is null ? User.Name : PasswordFile.Name, null, "user and password_file go together");
        }

        if (user?.Contains(':', StringComparison.Ordinal) is true)
        {
            reader.Refuse(User.Name, user, "a name without a colon");
        }

        if (reader.TextOf(TokenFile.Name) is { } path && user is not null)
        {
            reader.Refuse(TokenFile.Name, path, "either a token or a user with a password");
        }

        return new(ReadUrl(reader, url), user, password, token)
        {
            Authorities = ReadAuthorities(reader),
            Certificate = ReadCertificate(reader),
        };
    }

    /// <summary>Has a handler show and believe what the options say.</summary>
    public void Secure(SslClientAuthenticationOptions tls)
    {
        if (Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            tls.CertificateChainPolicy = policy;
        }

        if (Certificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
        }
    }

    /// <summary>What to show of itself in a request; null for nothing.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public AuthenticationHeaderValue? Authorization() =>
        _token is not null ? new("Bearer", _token.Read())
        : _user is not null && _password is not null
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user}:{_password.Read()}")))
            : null;

    /// <summary>What it shows, in every form in which it is sent. Never to be shown to anybody else.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public IEnumerable<string> Secrets() =>
        ((string?[])[_token?.Read(), _password?.Read(), Authorization()?.Parameter]).OfType<string>();

    private static string ReadUrl(MetricSetupReader reader, ConfigOption<string?> option)
    {
        const string Allowed = "an address such as http://127.0.0.1:9090 or https://metrics.example, without user and password";
        if (reader.Read(option) is not { } text)
        {
            return "";
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
        {
            if (url.UserInfo.Length > 0)
            {
                // What was given holds a password, perhaps.
                reader.Refuse(option.Name, $"{url.Scheme}://...@{url.Authority}", $"{Allowed}: they go to user and password_file");
            }
            else if (text.Contains('#', StringComparison.Ordinal))
            {
                reader.Refuse(option.Name, text, $"{Allowed}, and without #");
            }

            return text;
        }

        reader.Refuse(option.Name, text, Allowed);
        return "";
    }

    private static X509Certificate2Collection? ReadAuthorities(MetricSetupReader reader)
    {
        if (reader.Read(CaFile) is not { } path)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        return Try(reader, CaFile, path, "a file with certificates as PEM", () => authorities.ImportFromPemFile(path))
            ? authorities
            : null;
    }

    private static X509Certificate2? ReadCertificate(MetricSetupReader reader)
    {
        var key = reader.Read(KeyFile);
        if (reader.Read(CertificateFile) is not { } path)
        {
            if (key is not null)
            {
                reader.Refuse(CertificateFile.Name, null, "key_file is the key of a certificate_file");
            }

            return null;
        }

        _ = reader.Secret(key is null ? CertificateFile : KeyFile);
        X509Certificate2? certificate = null;
        Try(
            reader, CertificateFile, path, "a file with a certificate as PEM, and its key there or in key_file",
            () => certificate = X509Certificate2.CreateFromPemFile(path, key));
        return certificate;
    }

    private static bool Try(MetricSetupReader reader, ConfigOption option, string path, string allowed, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            reader.Refuse(option.Name, path, $"{allowed} ({error.Message})");
            return false;
        }
    }
}
