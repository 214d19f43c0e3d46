using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Core.Options;

namespace Muster.Traffic.Kit;

/// <summary>Where an HTTP server is, and what Muster shows of itself: the options that sources with an HTTP API have.</summary>
/// <param name="Url">Where it is: an absolute address with http or https, without path and query.</param>
/// <param name="Token">The token; null for none.</param>
/// <param name="Authorities">The certificates that vouch for the server; null for the system's.</param>
/// <param name="Certificate">What Muster shows; null for nothing.</param>
internal sealed record HttpAccess(Uri Url, SecretText? Token, X509Certificate2Collection? Authorities, X509Certificate2? Certificate)
{
    private static readonly ConfigOption<string?> TokenFile = Option.Text(
        "token_file", "a file with the token that Muster shows, which only its owner may read");

    private static readonly ConfigOption<string?> CaFile = Option.Text(
        "ca_file", "certificates (PEM) that vouch for the server, in place of the system's");

    private static readonly ConfigOption<string?> CertificateFile = Option.Text(
        "certificate_file", "the certificate (PEM) that Muster shows");

    private static readonly ConfigOption<string?> KeyFile = Option.Text(
        "key_file", "its key (PEM), which only its owner may read", "in `certificate_file`");

    /// <summary>The options, without <c>url</c>, whose meaning each source tells itself.</summary>
    public static ImmutableArray<ConfigOption> Options { get; } = [TokenFile, CaFile, CertificateFile, KeyFile];

    /// <summary>Reads them, and notes every one that is wrong.</summary>
    public static HttpAccess Read(TrafficSetupReader reader, ConfigOption<string> url) =>
        new(ReadUrl(reader, url), reader.Secret(TokenFile), ReadAuthorities(reader), ReadCertificate(reader));

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

    private static Uri ReadUrl(TrafficSetupReader reader, ConfigOption<string> option)
    {
        var text = reader.Read(option);
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Host.Length: > 0, UserInfo: "" }
            && url.PathAndQuery is "/" or "")
        {
            return url;
        }

        // What was given may hold a password.
        reader.Refuse(
            option.Name, text.Contains('@', StringComparison.Ordinal) ? "..." : text,
            "an address such as http://127.0.0.1:8500 or https://consul.example:8501, without user, password and path");
        return new(option.Default);
    }

    private static X509Certificate2Collection? ReadAuthorities(TrafficSetupReader reader)
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

    private static X509Certificate2? ReadCertificate(TrafficSetupReader reader)
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

    private static bool Try(TrafficSetupReader reader, ConfigOption option, string path, string allowed, Action read)
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
