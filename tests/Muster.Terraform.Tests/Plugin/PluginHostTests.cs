using Google.Protobuf;

using Grpc.Core;

using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Plugin;

/// <summary>The conversation around the provider: one line, a connection for one caller alone, and a quick end.</summary>
public sealed class PluginHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_line_says_where_it_is_and_who_it_is()
    {
        await using var plugin = await StartedPlugin.StartAsync();

        Assert.Equal(["1", "6", "unix"], plugin.Line[..3]);
        Assert.Equal("grpc", plugin.Line[4]);
        Assert.DoesNotContain('=', plugin.Line[5]);
        Assert.True(File.Exists(plugin.SocketPath));
        Assert.Equal(1, plugin.Output.Count(c => c == '\n'));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(plugin.SocketPath)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terraform_gets_the_schema_with_and_without_TLS(bool isSecure)
    {
        await using var plugin = await StartedPlugin.StartAsync(isSecure);
        var client = new Provider.ProviderClient(plugin.Connect());

        var schema = await client.GetProviderSchemaAsync(new(), deadline: Deadline());

        Assert.Equal(["muster_group", "muster_policy", "muster_template"], schema.ResourceSchemas.Keys.Order());
        Assert.Equal(
            ["muster_cloud", "muster_group", "muster_instances", "muster_policy", "muster_template"],
            schema.DataSourceSchemas.Keys.Order());
        Assert.True(schema.ServerCapabilities.PlanDestroy);
    }

    [Fact]
    public async Task A_stranger_and_somebody_without_a_certificate_are_cut_off()
    {
        await using var plugin = await StartedPlugin.StartAsync();
        using var other = StartedPlugin.NewCertificate();

        foreach (var channel in (Grpc.Net.Client.GrpcChannel[])[plugin.Connect(other), plugin.Connect(showsNone: true)])
        {
            await Assert.ThrowsAsync<RpcException>(async () =>
                await new Provider.ProviderClient(channel).GetProviderSchemaAsync(new(), deadline: Deadline()));
        }
    }

    [Fact]
    public async Task A_goodbye_ends_it_with_its_streams_open_and_the_socket_is_gone()
    {
        await using var plugin = await StartedPlugin.StartAsync();
        var channel = plugin.Connect();
        using var stdio = new GRPCStdio.GRPCStdioClient(channel).StreamStdio(new(), deadline: Deadline());
        using var broker = new GRPCBroker.GRPCBrokerClient(channel).StartStream(deadline: Deadline());

        await new GRPCController.GRPCControllerClient(channel).ShutdownAsync(new(), deadline: Deadline());

        Assert.Equal(0, await Patiently.ForAsync(plugin.Running, "the plugin ends", Patience));
        Assert.False(File.Exists(plugin.SocketPath));
        Assert.False(Directory.Exists(Path.GetDirectoryName(plugin.SocketPath)));
    }

    [Fact]
    public async Task A_caller_that_is_gone_without_a_goodbye_ends_it_too()
    {
        await using var plugin = await StartedPlugin.StartAsync();
        var channel = plugin.Connect();
        using (var stdio = new GRPCStdio.GRPCStdioClient(channel).StreamStdio(new(), deadline: Deadline()))
        {
            await new Provider.ProviderClient(channel).GetFunctionsAsync(new(), deadline: Deadline());
        }

        Assert.Equal(0, await Patiently.ForAsync(plugin.Running, "the plugin ends", Patience));
    }

    [Fact]
    public async Task A_configuration_of_many_megabytes_passes()
    {
        await using var plugin = await StartedPlugin.StartAsync();
        var client = new Provider.ProviderClient(plugin.Connect());
        var config = Configs.TemplateOf(("user_data", Value.Of(new string('x', 40_000_000))));

        var answer = await client.ValidateResourceConfigAsync(
            new() { TypeName = "muster_template", Config = DynamicValues.Write(config) }, deadline: Deadline());

        Assert.Contains("40000000 bytes", Assert.Single(answer.Diagnostics).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_in_JSON_are_read_too_and_nonsense_is_a_diagnostic()
    {
        await using var plugin = await StartedPlugin.StartAsync();
        var client = new Provider.ProviderClient(plugin.Connect());

        var json = await client.ValidateDataResourceConfigAsync(
            new() { TypeName = "muster_group", Config = new() { Json = ByteString.CopyFromUtf8("""{"id":null,"name":""}""") } },
            deadline: Deadline());
        var nonsense = new DynamicValue { Msgpack = ByteString.CopyFrom(0xc1) };
        var nothing = DynamicValues.Write(Value.Null);
        var validated = await client.ValidateDataResourceConfigAsync(
            new() { TypeName = "muster_group", Config = nonsense }, deadline: Deadline());
        var configured = await client.ConfigureProviderAsync(
            new() { TerraformVersion = "1.11.4", Config = nonsense }, deadline: Deadline());
        var applied = new List<ApplyResourceChangeResponse>();
        foreach (var (prior, planned, config) in (IEnumerable<(DynamicValue, DynamicValue, DynamicValue)>)
            [(nonsense, nothing, nothing), (nothing, nonsense, nothing), (nothing, nothing, nonsense)])
        {
            applied.Add(await client.ApplyResourceChangeAsync(
                new() { TypeName = "muster_group", PriorState = prior, PlannedState = planned, Config = config }, deadline: Deadline()));
        }

        Assert.Equal("name", Assert.Single(Assert.Single(json.Diagnostics).Attribute.Steps).AttributeName);
        Assert.Contains("0xc1", Assert.Single(validated.Diagnostics).Detail, StringComparison.Ordinal);
        Assert.Contains("0xc1", Assert.Single(configured.Diagnostics).Detail, StringComparison.Ordinal);
        Assert.All(applied, answer => Assert.Contains("0xc1", Assert.Single(answer.Diagnostics).Detail, StringComparison.Ordinal));
        Assert.Equal(nonsense, applied[0].NewState);
    }

    [Theory]
    [InlineData("trace", true)]
    [InlineData("debug", false)]
    [InlineData(null, false)]
    public async Task The_web_servers_steps_are_in_the_log_when_Terraform_asks_for_every_step(string? log, bool isHeard)
    {
        await using var plugin = await StartedPlugin.StartAsync(log: log);

        await new GRPCController.GRPCControllerClient(plugin.Connect()).ShutdownAsync(new(), deadline: Deadline());
        await Patiently.ForAsync(plugin.Running, "the plugin ends", Patience);

        Assert.Equal(isHeard, plugin.Error.ToString().Contains("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_socket_lies_where_it_is_asked_for()
    {
        var folder = Directory.CreateTempSubdirectory("muster-test-");
        try
        {
            await using var plugin = await StartedPlugin.StartAsync(socketDirectory: folder.FullName);

            Assert.StartsWith(folder.FullName, plugin.SocketPath, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DateTime Deadline() => TimeProvider.System.GetUtcNow().UtcDateTime + Patience;
}
