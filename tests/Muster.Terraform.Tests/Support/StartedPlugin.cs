using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

using Grpc.Net.Client;

using Muster.Core;

namespace Muster.Terraform.Tests.Support;

/// <summary>The plugin as Terraform starts it, in this process: environment in, one line out, then gRPC over its socket.</summary>
internal sealed class StartedPlugin : IAsyncDisposable
{
    private readonly Lines _output = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _owned = [];

    private StartedPlugin(bool isSecure)
    {
        Environment["PLUGIN_PROTOCOL_VERSIONS"] = "5,6";
        if (isSecure)
        {
            Environment["PLUGIN_CLIENT_CERT"] = Client.ExportCertificatePem();
        }
    }

    public Dictionary<string, string?> Environment { get; } = [];

    public X509Certificate2 Client { get; } = NewCertificate();

    public StringWriter Error { get; } = new();

    /// <summary>The fields of the handshake's line.</summary>
    public string[] Line { get; private set; } = [];

    /// <summary>Its end; the exit code.</summary>
    public Task<int> Running { get; private set; } = null!;

    public string SocketPath => Line[3];

    public static async Task<StartedPlugin> StartAsync(bool isSecure = true, string? socketDirectory = null, string? log = null)
    {
        var plugin = new StartedPlugin(isSecure);
        plugin.Environment["PLUGIN_UNIX_SOCKET_DIR"] = socketDirectory;
        plugin.Environment["TF_LOG"] = log;
        plugin.Running = TerraformPlugin.RunAsync(
            new()
            {
                Out = plugin._output,
                Error = plugin.Error,
                Environment = name => plugin.Environment.GetValueOrDefault(name),
                Time = TimeProvider.System,
                Random = new SystemRandomSource(),
            },
            plugin._stop.Token);
        var first = plugin._output.FirstAsync();
        await Task.WhenAny(first, plugin.Running);
        Assert.True(first.IsCompleted, $"it ended before its line:\n{plugin.Error}");
        plugin.Line = (await first).Split('|');
        return plugin;
    }

    /// <summary>A connection that shows a certificate, the right one unless another is given, and trusts the plugin's alone.</summary>
    public GrpcChannel Connect(X509Certificate2? shown = null, bool showsNone = false)
    {
        var isSecure = Line[5].Length > 0;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        if (isSecure)
        {
            var expected = Convert.FromBase64String(Line[5] + new string('=', (4 - (Line[5].Length % 4)) % 4));
            handler.SslOptions = new()
            {
                TargetHost = "localhost",
                ClientCertificates = showsNone ? [] : [shown ?? Client],
                RemoteCertificateValidationCallback = (_, theirs, _, errors) =>
                    theirs!.GetRawCertData().AsSpan().SequenceEqual(expected)
                    && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
            };
        }

        var channel = GrpcChannel.ForAddress(
            $"{(isSecure ? "https" : "http")}://localhost", new() { HttpHandler = handler, MaxReceiveMessageSize = null });
        _owned.Add(channel);
        _owned.Add(handler);
        return channel;
    }

    /// <summary>A certificate as Terraform makes one for itself.</summary>
    public static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
    }

    /// <summary>What has been written to its standard output.</summary>
    public string Output => _output.ToString();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running;
        _owned.ForEach(one => one.Dispose());
        _stop.Dispose();
        Error.Dispose();
        await _output.DisposeAsync();
        Client.Dispose();
    }

    private sealed class Lines : StringWriter
    {
        private readonly Channel<string> _written = Channel.CreateUnbounded<string>();

        public Task<string> FirstAsync() => _written.Reader.ReadAsync().AsTask();

        public override Task WriteLineAsync(string? value)
        {
            _written.Writer.TryWrite(value!);
            return base.WriteLineAsync(value);
        }
    }
}
