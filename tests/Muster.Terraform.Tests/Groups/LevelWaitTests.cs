using Microsoft.AspNetCore.Http;

using Muster.Core.Storage;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Groups;

/// <summary>Waiting for a level while the server is away, gone, or of another mind.</summary>
public sealed class LevelWaitTests
{
    /// <summary>More than the provider asks for one answer, the repeats on broken connections included.</summary>
    private const int ManyRequests = 40;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_or_a_store_that_is_away_does_not_end_the_wait(bool isServer)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server, timeProvider: new HurriedTime());
        var config = await WaitedForAsync(provider, "24h");
        var looks = 0;
        server.Gate = context => !IsLook(context) || ++looks > ManyRequests ? Passed : isServer ? Broken(context) : throw Unavailable();

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, config);

        ConfiguredProvider.Good(diagnostics);
        Assert.True(looks > ManyRequests);
        Assert.Equal(3, Fields.Of(state).Inner("status")!.Value.Whole("running"));
    }

    [Fact]
    public async Task A_time_that_is_over_while_the_server_is_away_tells_what_was_last_known_and_how_to_keep_the_group()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server, timeProvider: new HurriedTime());
        var config = await WaitedForAsync(provider, "1s");
        server.Gate = context => IsLook(context) ? Broken(context) : Passed;

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, config);

        var error = Assert.Single(diagnostics);
        Assert.Equal(Diagnostic.Types.Severity.Error, error.Severity);
        Assert.Equal("Group web is not at its level after 1s", error.Summary);
        Assert.Contains("0 of 3 in service", error.Detail, StringComparison.Ordinal);
        Assert.Contains("told nothing since: no answer from the Muster server", error.Detail, StringComparison.Ordinal);
        Assert.Contains("terraform untaint", error.Detail, StringComparison.Ordinal);
        Assert.True(Fields.Of(state).IsGiven("id"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_is_a_warning_though_the_last_look_fails(bool isAway)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await WaitedForAsync(provider, "24h");
        server.Gate = async context =>
        {
            if (!IsLook(context))
            {
                return true;
            }

            await provider.Service.StopProvider(new());
            return isAway ? await Broken(context) : throw new InvalidOperationException("the server's own fault");
        };

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, config);

        Assert.Equal(Diagnostic.Types.Severity.Warning, Assert.Single(diagnostics).Severity);
        Assert.True(Fields.Of(state).IsGiven("id"));
    }

    [Fact]
    public async Task A_look_that_is_refused_tells_how_to_keep_the_group()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await WaitedForAsync(provider, "24h");
        server.Gate = context => IsLook(context) ? throw new InvalidOperationException("the server's own fault") : Passed;

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, config);

        var error = Assert.Single(diagnostics);
        Assert.Equal(Diagnostic.Types.Severity.Error, error.Severity);
        Assert.StartsWith("Cannot wait for group web", error.Summary, StringComparison.Ordinal);
        Assert.Contains("terraform untaint", error.Detail, StringComparison.Ordinal);
        Assert.True(Fields.Of(state).IsGiven("id"));
    }

    private static async Task<Value.Mapping> WaitedForAsync(ConfiguredProvider provider, string create)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        return Configs.GroupOf(
            ("template_id", template.Items["id"]),
            ("wait_for_level", Value.Of(true)),
            ("timeouts", Value.Object(("create", Value.Of(create)), ("update", Value.Null), ("delete", Value.Null))));
    }

    private static Task<bool> Passed => Task.FromResult(true);

    private static Task<bool> Broken(HttpContext context)
    {
        context.Abort();
        return Task.FromResult(false);
    }

    private static StoreException Unavailable() => new(StoreErrorKind.Unavailable, "the database does not answer");

    private static bool IsLook(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/v1/groups", StringComparison.Ordinal);
}
