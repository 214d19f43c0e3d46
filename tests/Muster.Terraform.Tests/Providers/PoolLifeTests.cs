using Muster.Terraform.Groups;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Warm pools of groups, through a provider and a server.</summary>
public sealed class PoolLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pool_is_made_changed_and_removed_with_its_block()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var made = await provider.ApplyAsync(Configs.Group, Value.Null, config.With(("pool", Pool(("size", Value.Of("20%"))))));
        Assert.Equal(("20%", "stopped", false, "off"), Told(made));

        var changed = await provider.ApplyAsync(
            Configs.Group, made,
            config.With(("pool", Pool(("size", Value.Of("3")), ("takes_surplus", Value.Of(true)), ("age_max", Value.Of("168h"))))));
        Assert.Equal(("3", "stopped", true, "168h"), Told(changed));
        var view = (await server.Client.GetGroupAsync("web", Cancel)).Pool!;
        Assert.Equal(("3", "stopped", true, 604_800), (view.Size, view.Mode, view.TakesSurplus, view.AgeMaxS));

        var least = await provider.ApplyAsync(Configs.Group, changed, config.With(("pool", Pool(("size", Value.Of("3"))))));
        Assert.Equal(("3", "stopped", false, "off"), Told(least));
        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Pool!.AgeMaxS);

        var removed = await provider.ApplyAsync(Configs.Group, least, config);
        Assert.True(removed.Items["pool"].IsNull);
        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Pool);
    }

    [Fact]
    public async Task What_is_written_otherwise_is_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);
        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null, config.With(("pool", Pool(("size", Value.Of("02")), ("age_max", Value.Of("168h"))))));
        var version = (await server.Client.GetGroupAsync("web", Cancel)).Version;

        var same = await provider.ApplyAsync(
            Configs.Group, made,
            config.With(("pool", Pool(
                ("size", Value.Of("2")), ("mode", Value.Of("stopped")), ("takes_surplus", Value.Of(false)), ("age_max", Value.Of("7d"))))));

        Assert.Equal(("02", "stopped", false, "168h"), Told(same));
        Assert.Equal(version, (await server.Client.GetGroupAsync("web", Cancel)).Version);
    }

    [Fact]
    public async Task A_pool_that_its_cloud_cannot_fill_is_refused_at_its_place()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var (_, diagnostics) = await provider.TryApplyAsync(
            Configs.Group, Value.Null, config.With(("pool", Pool(("size", Value.Of("2")), ("mode", Value.Of("suspended"))))));

        var told = Assert.Single(diagnostics);
        Assert.Contains("cloud sim cannot suspend its instances", told.Detail, StringComparison.Ordinal);
        Assert.Equal(["pool", "mode"], told.Attribute.Steps.Select(step => step.AttributeName));
    }

    [Fact]
    public async Task What_others_have_changed_is_shown_and_the_data_source_has_it_all()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var made = await provider.ApplyAsync(Configs.Group, Value.Null, await ConfigAsync(provider));
        Assert.True(made.Items["pool"].IsNull);

        await server.Client.UpdateGroupAsync("web", new() { Pool = new() { Size = "2", AgeMaxS = 3600 } }, cancellationToken: Cancel);

        var read = Fields.Of(await provider.ReadAsync(Configs.Group, made));
        Assert.Equal("1h", read.Inner("pool")!.Value.Text("age_max"));
        var looked = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")));
        ConfiguredProvider.Good(looked.Diagnostics);
        var whole = Fields.Of(Muster.Terraform.Wire.DynamicValues.Read(looked.State));
        Assert.Equal("2", whole.Inner("pool")!.Value.Text("size"));

        // Its server has begun to fill it, or has not yet.
        var status = whole.Inner("status")!.Value;
        Assert.InRange(status.Whole("warm") + status.Whole("warming") ?? -1, 0, 2);
    }

    private static async Task<Value.Mapping> ConfigAsync(ConfiguredProvider provider)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        return Configs.GroupOf(("template_id", template.Items["id"]));
    }

    private static (string? Size, string? Mode, bool? TakesSurplus, string? AgeMax) Told(Value.Mapping group)
    {
        var pool = Fields.Of(group.Items["pool"]);
        return (pool.Text("size"), pool.Text("mode"), pool.Flag("takes_surplus"), pool.Text("age_max"));
    }

    private static Value.Mapping Pool(params (string Name, Value Value)[] given) => Value.Object(
        ("size", Value.Null), ("mode", Value.Null), ("takes_surplus", Value.Null), ("age_max", Value.Null)).With(given);
}
