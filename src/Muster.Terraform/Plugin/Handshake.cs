using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Terraform.Plugin;

/// <summary>What Terraform says when it starts a plugin, in environment variables, and the one line that it wants to hear.</summary>
internal sealed record Handshake
{
    public const string CookieVariable = "TF_PLUGIN_MAGIC_COOKIE";

    /// <summary>No secret: it only tells a plugin from a program that somebody starts by hand.</summary>
    public const string Cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

    /// <summary>Of the two protocols that Terraform speaks, the one with nested attributes.</summary>
    private const string ProtocolVersion = "6";

    /// <summary>The certificate that the caller will show, in PEM form; null when it wants no TLS (<c>TF_DISABLE_PLUGIN_TLS</c>).</summary>
    public X509Certificate2? ClientCertificate { get; private init; }

    /// <summary>Where the socket shall lie; null for the machine's temporary directory.</summary>
    public string? SocketDirectory { get; private init; }

    /// <exception cref="HandshakeException">It cannot be answered.</exception>
    public static Handshake Read(Func<string, string?> environment)
    {
        var offered = environment("PLUGIN_PROTOCOL_VERSIONS") ?? "";
        if (!offered.Split(',', StringSplitOptions.TrimEntries).Contains(ProtocolVersion))
        {
            throw new HandshakeException(
                $"this provider speaks plugin protocol {ProtocolVersion}, and was offered '{offered}': "
                + "Terraform 1.5 or later, or OpenTofu, is needed");
        }

        try
        {
            return new()
            {
                ClientCertificate = environment("PLUGIN_CLIENT_CERT") is { Length: > 0 } pem ? X509Certificate2.CreateFromPem(pem) : null,
                SocketDirectory = environment("PLUGIN_UNIX_SOCKET_DIR") is { Length: > 0 } directory ? directory : null,
            };
        }
        catch (CryptographicException error)
        {
            throw new HandshakeException($"PLUGIN_CLIENT_CERT holds no certificate: {error.Message}");
        }
    }

    /// <summary>The line: version of the handshake, of the protocol, network, address, transport, certificate in unpadded base64.</summary>
    public static string Line(string socketPath, X509Certificate2? certificate) =>
        $"1|{ProtocolVersion}|unix|{socketPath}|grpc|"
        + $"{(certificate is null ? "" : Convert.ToBase64String(certificate.RawDataMemory.Span).TrimEnd('='))}";
}
