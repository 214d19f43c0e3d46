using System.Collections.Immutable;
using System.Text;

using Muster.Core;
using Muster.Core.Options;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>Where a daemon listens, and the credential for it.</summary>
/// <param name="Cloud">What templates call the cloud, for error messages.</param>
/// <param name="Address">What requests are addressed to; for a socket, a name that nobody resolves.</param>
/// <param name="SocketPath">The unix socket; null for TCP.</param>
/// <param name="CertificateFile">The client's certificate, PEM; null for none.</param>
/// <param name="KeyFile">Its private key, PEM.</param>
/// <param name="AuthorityFile">
/// PEM of the authority, or of the very certificate, that the server must show; null for the system's authorities.
/// </param>
/// <param name="Files">Where those files are.</param>
internal sealed record DaemonEndpoint(
    string Cloud, Uri Address, string? SocketPath, string? CertificateFile, string? KeyFile, string? AuthorityFile, CloudFiles Files)
{
    private const string Allowed = "unix:///path/to/socket or https://host:port";

    /// <summary>A longer path is no address of a socket: sun_path of unix(7), and its end.</summary>
    private const int SocketPathBytesMax = 107;

    private const string EndpointName = "endpoint";
    private const string CertificateName = "certificate_file";
    private const string KeyName = "key_file";
    private const string AuthorityName = "authority_file";

    /// <summary>What programs that listen there are called, to tell whether one runs; empty where nobody knows.</summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>As it is told to people.</summary>
    public string Shown => SocketPath is null ? Address.GetLeftPart(UriPartial.Authority) : $"unix://{SocketPath}";

    /// <summary>The name of an option in error messages.</summary>
    public string Field(string option) => $"clouds.{Cloud}.{option}";

    /// <summary>The options that say where a daemon is.</summary>
    /// <param name="endpoint">What the endpoint may be, in Markdown.</param>
    /// <param name="unlessSet">Where it is unless set, in Markdown.</param>
    /// <param name="authority">What the authority's file is, in Markdown.</param>
    public static ImmutableArray<ConfigOption> Options(string endpoint, string unlessSet, string authority) =>
    [
        Option.Text(EndpointName, endpoint, unlessSet),
        Option.Text(CertificateName, "the client's certificate, PEM; required for `https`"),
        Option.Text(KeyName, "the certificate's private key, PEM; required for `https`"),
        Option.Text(AuthorityName, authority, "the system's authorities"),
    ];

    /// <summary>Reads them.</summary>
    /// <param name="options">The cloud's.</param>
    /// <param name="fallback">The endpoint unless set.</param>
    /// <param name="portDefault">The port of an address without one.</param>
    /// <returns>The endpoint; null when one of them is wrong, which is noted.</returns>
    public static DaemonEndpoint? Read(SetupReader options, string fallback, int portDefault)
    {
        var before = options.Refusals;
        var endpoint = options.TextOf(EndpointName) ?? fallback;
        string? File(string name)
        {
            var path = options.TextOf(name);
            if (path is not null && !options.Setup.Files.Exists(path))
            {
                options.Refuse(name, path, "a PEM file that exists");
            }

            return path;
        }

        var (certificate, key, authority) = (File(CertificateName), File(KeyName), File(AuthorityName));
        if (certificate is null != key is null)
        {
            options.Refuse(key is null ? KeyName : CertificateName, null, "certificate_file and key_file go together");
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("unix" or "https" or "tcp"))
        {
            options.Refuse(EndpointName, endpoint, Allowed);
        }
        else if (uri.Scheme is "unix")
        {
            foreach (var name in new[] { CertificateName, KeyName, AuthorityName })
            {
                if (options.TextOf(name) is { } path)
                {
                    options.Refuse(name, path, $"only with a TCP port; the endpoint is {endpoint}");
                }
            }

            if (Encoding.UTF8.GetByteCount(uri.LocalPath) > SocketPathBytesMax)
            {
                options.Refuse(EndpointName, endpoint, $"{Allowed}, with a path of {SocketPathBytesMax} bytes at most, as sockets have");
            }

            return options.Refusals > before
                ? null
                : new(options.Setup.Name, new Uri("http://localhost/"), uri.LocalPath, null, null, null, options.Setup.Files);
        }
        else if (certificate is null)
        {
            // Whoever reaches such a port without a certificate owns the host behind it: no way to switch this off.
            options.Refuse(CertificateName, null, "the client's certificate, since the endpoint is a TCP port");
        }

        if (options.Refusals > before)
        {
            return null;
        }

        var address = new UriBuilder("https", uri!.Host, uri.IsDefaultPort || uri.Port < 0 ? portDefault : uri.Port).Uri;
        return new(options.Setup.Name, address, null, certificate, key, authority, options.Setup.Files);
    }

    /// <summary>Opens the way to the daemon; it is not called yet.</summary>
    /// <param name="name">What messages call it: <c>docker</c>.</param>
    /// <param name="timeout">How long one call may take unless it says otherwise.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    /// <exception cref="InputException">A certificate cannot be read.</exception>
    public HttpCaller Open(string name, TimeSpan timeout, TimeProvider timeProvider)
    {
        var service = new HttpService(name, Address) { Shown = Shown, Timeout = timeout, ConnectionProves = true };
        if (SocketPath is { } path)
        {
            service = service with { Why = error => SocketFile.Describe(path, error, Programs, $"set {Field(EndpointName)}") };
        }

        return new(DaemonHandler.Make(this), service, timeProvider);
    }
}
