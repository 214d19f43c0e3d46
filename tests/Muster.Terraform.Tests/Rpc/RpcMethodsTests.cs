using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

using Google.Protobuf;
using Google.Protobuf.Reflection;

using Muster.Core;
using Muster.Terraform.Logs;
using Muster.Terraform.Plugin;
using Muster.Terraform.Providers;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Rpc;

/// <summary>The protocol as it is on the wire: which methods there are, and what becomes of bodies that no good caller sends.</summary>
public sealed class RpcMethodsTests
{
    private const string Schema = "/tfplugin6.Provider/GetProviderSchema";

    [Fact]
    public void Every_method_of_the_protocols_can_be_called_and_no_other()
    {
        using var provider = new MusterProvider(
            _ => null,
            new PluginLog(TextWriter.Null, PluginLogLevel.Off, TimeProvider.System),
            TimeProvider.System,
            new SystemRandomSource());
        using var lifetime = new PluginLifetime();

        var methods = PluginMethods.Make(new ProviderService(provider), lifetime, provider.Log);

        var services = Tfplugin6Reflection.Descriptor.Services.Concat(GopluginReflection.Descriptor.Services);
        Assert.Equal(services.SelectMany(PathsOf).Order(), methods.Paths.Order());
    }

    [Fact]
    public async Task A_good_call_has_its_message_and_its_status_in_the_trailers()
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure: false);

        var answer = await CallAsync(plugin, Schema, Frame([]));

        Assert.Equal(("0", null), (answer.Status, answer.Message));
        Assert.Equal(0, answer.Body[0]);
        Assert.Equal(answer.Body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(answer.Body.AsSpan(1)));
        Assert.Contains("muster_group", GetProviderSchemaResponse.Parser.ParseFrom(answer.Body[5..]).ResourceSchemas.Keys);
    }

    [Theory]
    [InlineData("/tfplugin6.Provider/Nothing", "12", "no method /tfplugin6.Provider/Nothing")]
    [InlineData("/grpc.health.v1.Health/Check", "12", "no method")]
    public async Task A_method_that_there_is_not_is_unimplemented(string path, string status, string message)
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure: false);

        var answer = await CallAsync(plugin, path, Frame([]));

        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Empty(answer.Body);
    }

    public static TheoryData<byte[], string, string> BadBodies => new()
    {
        { [], "13", "ends before" },
        { [0, 0, 0], "13", "ends before" },
        { [0, 0, 0, 0, 9, 1], "13", "ends before" },
        { [.. Frame([]), .. Frame([])], "13", "more than one" },
        { [1, 0, 0, 0, 0], "12", "compressed" },
        { [0, 0xff, 0xff, 0xff, 0xff], "8", "4294967295 bytes" },
        { Frame([0xff, 0xff]), "13", "damaged" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_that_is_no_message_is_refused_in_words_and_ends_nothing(byte[] body, string status, string message)
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure: false);

        var refused = await CallAsync(plugin, Schema, body);
        var after = await CallAsync(plugin, Schema, Frame([]));

        Assert.Equal(status, refused.Status);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal("0", after.Status);
    }

    [Fact]
    public async Task A_request_of_another_protocol_is_refused()
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure: false);

        var answer = await CallAsync(plugin, Schema, "{}"u8.ToArray(), "application/json");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Http);
    }

    [Fact]
    public async Task A_resource_that_there_is_not_is_an_invalid_argument()
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure: false);

        var answer = await CallAsync(
            plugin, "/tfplugin6.Provider/ReadResource", Frame(new ReadResourceRequest { TypeName = "muster_moon" }.ToByteArray()));

        Assert.Equal("3", answer.Status);
        Assert.Contains("muster_moon", answer.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> PathsOf(ServiceDescriptor service) =>
        service.Methods.Select(method => $"/{service.FullName}/{method.Name}");

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static async Task<(HttpStatusCode Http, string? Status, string? Message, byte[] Body)> CallAsync(
        StartedPlugin plugin, string path, byte[] body, string type = "application/grpc")
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(plugin.SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://localhost{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new(type) } },
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        string? Trailer(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) ? Uri.UnescapeDataString(Assert.Single(values)) : null;
        return (response.StatusCode, Trailer("grpc-status"), Trailer("grpc-message"), bytes);
    }
}
