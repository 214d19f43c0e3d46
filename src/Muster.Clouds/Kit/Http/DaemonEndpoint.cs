using System.Collections.Immutable;
using System.Text;

using Muster.Core;

namespace Muster.Clouds.Kit.Http;

/// <summary>Where a daemon listens, and the credential for it.</summary>
/// <param name="Cloud">What templates call the cloud, for error messages.</param>
/// <param name="Address">What requests are addressed to; for a socket, a name that nobody resolves.</param>
/// <param name="SocketPath">The unix socket; null for TCP.</param>
/// <param name="CertificateFile">The client's certificate, PEM; null for none.</param>
/// <param name="KeyFile">Its private key, PEM.</param>
/// <param name="AuthorityFile">PEM of the authority, or of the very certificate, that the server must show; null for the system's authorities.</param>
/// <param name="Files">Where those files are.</param>
internal sealed record DaemonEndpoint(
    string Cloud, Uri Address, string? SocketPath, string? CertificateFile, string? KeyFile, string? AuthorityFile, CloudFiles Files)
{
    /// <summary>What is allowed, for error messages.</summary>
    public const string Allowed = "unix:///path/to/socket or https://host:port";

    /// <summary>A longer path is no address of a socket: sun_path of unix(7), and its end.</summary>
    private const int SocketPathBytesMax = 107;

    private static readonly string[] ForTcp = ["certificate_file", "key_file", "authority_file"];

    /// <summary>The name of an option in error messages.</summary>
    public string Field(string option) => Field(Cloud, option);

    /// <summary>What programs that listen there are called, to tell whether one runs; empty where nobody knows.</summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>As it is told to people.</summary>
    public string Shown => SocketPath is null ? Address.GetLeftPart(UriPartial.Authority) : $"unix://{SocketPath}";

    /// <summary>Reads the options <c>endpoint</c>, <c>certificate_file</c>, <c>key_file</c> and <c>authority_file</c>.</summary>
    /// <returns>The endpoint; null when one of them is wrong.</returns>
    public static DaemonEndpoint? Read(CloudSetup setup, string fallback, int portDefault, ImmutableArray<InputError>.Builder errors)
    {
        var before = errors.Count;
        var endpoint = setup.Options.GetValueOrDefault("endpoint", fallback);
        string Field(string name) => DaemonEndpoint.Field(setup.Name, name);
        string? File(string name)
        {
            var path = setup.Options.GetValueOrDefault(name);
            if (path is not null && !setup.Files.Exists(path))
            {
                errors.Add(new InputError(Field(name), path, "a PEM file that exists"));
            }

            return path;
        }

        var (certificate, key, authority) = (File("certificate_file"), File("key_file"), File("authority_file"));
        if (certificate is null != key is null)
        {
            errors.Add(new InputError(Field(key is null ? "key_file" : "certificate_file"), null, "certificate_file and key_file go together"));
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("unix" or "https" or "tcp"))
        {
            errors.Add(new InputError(Field("endpoint"), endpoint, Allowed));
        }
        else if (uri.Scheme is "unix")
        {
            foreach (var name in ForTcp.Where(setup.Options.ContainsKey))
            {
                errors.Add(new InputError(Field(name), setup.Options[name], $"only with a TCP port; the endpoint is {endpoint}"));
            }

            if (Encoding.UTF8.GetByteCount(uri.LocalPath) > SocketPathBytesMax)
            {
                errors.Add(new InputError(Field("endpoint"), endpoint, $"{Allowed}, with a path of {SocketPathBytesMax} bytes at most, as sockets have"));
            }

            return errors.Count > before ? null : new(setup.Name, new Uri("http://localhost/"), uri.LocalPath, null, null, null, setup.Files);
        }
        else if (certificate is null)
        {
            // Whoever reaches such a port without a certificate owns the host behind it: no way to switch this off.
            errors.Add(new InputError(Field("certificate_file"), null, "the client's certificate, since the endpoint is a TCP port"));
        }

        if (errors.Count > before)
        {
            return null;
        }

        var address = new UriBuilder("https", uri!.Host, uri.IsDefaultPort || uri.Port < 0 ? portDefault : uri.Port).Uri;
        return new(setup.Name, address, null, certificate, key, authority, setup.Files);
    }

    private static string Field(string cloud, string option) => $"clouds.{cloud}.{option}";
}
