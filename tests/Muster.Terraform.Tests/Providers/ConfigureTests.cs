using Muster.Terraform.Providers;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

public sealed class ConfigureTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        using var provider = new ConfiguredProvider();

        var diagnostic = Assert.Single(await provider.ConfigureAsync(("address", Value.Of("127.0.0.1:1"))));

        Assert.Contains("http://127.0.0.1:1", diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal("address", Assert.Single(diagnostic.Attribute.Steps).AttributeName);
    }

    [Fact]
    public async Task A_configuration_that_is_not_known_yet_is_no_error_until_it_is_needed()
    {
        using var provider = new ConfiguredProvider();
        ConfiguredProvider.Good(await provider.ConfigureAsync(("address", Value.Unknown)));

        var plan = await provider.PlanAsync(Configs.Group, Value.Null, Configs.GroupOf());
        ConfiguredProvider.Good(plan.Diagnostics);
        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, Configs.GroupOf());

        Assert.Contains("not known yet", Assert.Single(diagnostics).Detail, StringComparison.Ordinal);
        Assert.Equal(Value.Null, state);
    }

    [Theory]
    [InlineData("address", "ftp://somewhere")]
    [InlineData("address", "")]
    [InlineData("account", "default")]
    [InlineData("ca_file", "/nowhere/ca.pem")]
    [InlineData("request_timeout", "30")]
    [InlineData("request_timeout", "11m")]
    public async Task A_wrong_setting_is_told_by_name_and_value(string name, string value)
    {
        using var provider = new ConfiguredProvider();

        var response = await provider.Service.ValidateProviderConfig(
            new() { Config = DynamicValues.Write(ProviderSettings.Schema.Fill((name, Value.Of(value)))) });

        var diagnostic = Assert.Single(response.Diagnostics);
        Assert.Contains($"{name} is '{value}'", diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal(name, Assert.Single(diagnostic.Attribute.Steps).AttributeName);
    }

    [Fact]
    public async Task A_wrong_token_is_never_shown()
    {
        using var provider = new ConfiguredProvider();

        var diagnostic = Assert.Single(await provider.ConfigureAsync(("token", Value.Of("two words"))));

        Assert.DoesNotContain("two words", diagnostic.Summary + diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_logged_without_what_they_carry()
    {
        await using var server = await RunningServer.StartAsync();
        await using var log = new StringWriter();
        using var provider = await ConfiguredProvider.ForAsync(server, log);
        ConfiguredProvider.Good(await provider.ConfigureAsync(
            ("address", Value.Of(server.Client.Address.ToString())), ("token", Value.Of("mst_secret"))));

        await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf(("user_data", Value.Of("password"))));

        Assert.Contains("\"path\":\"/v1/templates\"", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mst_secret", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("password", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_of_a_newer_version_is_refused_and_not_guessed_at()
    {
        using var provider = new ConfiguredProvider();

        var response = await provider.Service.UpgradeResourceState(
            new() { TypeName = "muster_group", Version = 7, RawState = new() { Json = Google.Protobuf.ByteString.CopyFromUtf8("{}") } });

        Assert.Contains("newer version", Assert.Single(response.Diagnostics).Detail, StringComparison.Ordinal);
        Assert.Null(response.UpgradedState);
    }
}
