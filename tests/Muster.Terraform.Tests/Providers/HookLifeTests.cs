using Muster.Terraform.Groups;
using Muster.Terraform.Schemas;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Drains and hooks of groups, through a provider and a server.</summary>
public sealed class HookLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drain_is_made_changed_and_removed_with_its_block()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null,
            config.With(
                ("traffic", Traffic(("source", Value.Of("edge")))),
                ("drain", Drain(("wait", Value.Of("30s")), ("through", Value.Of(["edge"]))))));
        Assert.Equal(("5m", "30s"), Told(made));

        var longer = await provider.ApplyAsync(Configs.Group, made, config.With(("drain", Drain(("wait", Value.Of("600s"))))));
        Assert.Equal(("10m", "600s"), Told(longer));
        Assert.Empty((await server.Client.GetGroupAsync("web", Cancel)).Drain!.Through);

        var removed = await provider.ApplyAsync(Configs.Group, longer, config);
        Assert.True(removed.Items["drain"].IsNull);
        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Drain);
    }

    [Fact]
    public async Task Sources_of_traffic_are_used_changed_and_left_with_their_blocks()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null,
            config.With(("traffic", Traffic(("source", Value.Of("edge")), ("backend", Value.Of("web")), ("port", Value.Of(80))))));
        Assert.Equal(("edge", "web", 80, false), Used(made));

        var changed = await provider.ApplyAsync(
            Configs.Group, made,
            config.With(("traffic", Traffic(("source", Value.Of("edge")), ("backend", Value.Of("web")), ("health", Value.Of(true))))));
        Assert.Equal(("edge", "web", null, true), Used(changed));
        var version = (await server.Client.GetGroupAsync("web", Cancel)).Version;
        Assert.Equal(
            Used(changed),
            Used(await provider.ApplyAsync(
                Configs.Group, changed, config.With(("traffic", changed.Items["traffic"])))));
        Assert.Equal(version, (await server.Client.GetGroupAsync("web", Cancel)).Version);

        var left = await provider.ApplyAsync(Configs.Group, changed, config);
        Assert.Empty(Assert.IsType<Value.Sequence>(left.Items["traffic"]).Items);
        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Traffic);
    }

    [Fact]
    public async Task Hooks_are_made_changed_and_removed_with_their_blocks()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null,
            config.With(("hook", new Value.Sequence(
            [
                Hook("bake", "launch", ("timeout", Value.Of("600s"))),
                Hook("backup", "terminate", ("tell", Value.Of("https://ci.example/muster"))),
            ]))));
        Assert.Equal(
            [("bake", "600s", "abandon", "none"), ("backup", "1h", "continue", "https://ci.example/muster")], Hooks(made));

        var changed = await provider.ApplyAsync(
            Configs.Group, made,
            config.With(("hook", new Value.Sequence([Hook("bake", "launch", ("on_timeout", Value.Of("continue")))]))));
        Assert.Equal([("bake", "1h", "continue", "none")], Hooks(changed));

        var removed = await provider.ApplyAsync(Configs.Group, changed, config);
        Assert.Empty(Hooks(removed));
        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Hooks);
    }

    [Fact]
    public async Task A_time_that_is_written_otherwise_is_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);
        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null,
            config.With(
                ("drain", Drain(("wait", Value.Of("60s")))),
                ("hook", new Value.Sequence([Hook("bake", "launch", ("timeout", Value.Of("60s")))]))));
        var version = (await server.Client.GetGroupAsync("web", Cancel)).Version;

        await provider.ApplyAsync(
            Configs.Group, made,
            config.With(
                ("drain", Drain(("wait", Value.Of("1m")))),
                ("hook", new Value.Sequence([Hook("bake", "launch", ("timeout", Value.Of("1m")))]))));

        Assert.Equal(version, (await server.Client.GetGroupAsync("web", Cancel)).Version);
    }

    [Fact]
    public async Task What_others_have_changed_is_shown_and_the_data_source_has_it_all()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var made = await provider.ApplyAsync(Configs.Group, Value.Null, await ConfigAsync(provider));
        Assert.True(made.Items["drain"].IsNull);

        await server.Client.UpdateGroupAsync(
            "web",
            new()
            {
                Drain = new() { WaitS = 5 }, Hooks = [new() { Name = "bake", At = "launch" }], Traffic = [new() { Source = "edge" }],
            },
            cancellationToken: Cancel);

        var read = Fields.Of(await provider.ReadAsync(Configs.Group, made));
        Assert.Equal("5s", read.Inner("drain")!.Value.Text("wait"));
        Assert.Single(Assert.IsType<Value.Sequence>(read["hook"]).Items);
        var looked = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")));
        ConfiguredProvider.Good(looked.Diagnostics);
        var whole = Fields.Of(Muster.Terraform.Wire.DynamicValues.Read(looked.State));
        Assert.Equal("5m", whole.Inner("drain")!.Value.Text("deadline"));
        Assert.Equal("abandon", Fields.Of(Assert.IsType<Value.Sequence>(whole["hooks"]).Items[0]).Text("on_timeout"));
        Assert.Equal("edge", Fields.Of(Assert.IsType<Value.Sequence>(whole["traffic"]).Items[0]).Text("source"));
        Assert.Equal(0, whole.Inner("status")!.Value.Whole("draining"));
    }

    private static async Task<Value.Mapping> ConfigAsync(ConfiguredProvider provider)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        return Configs.GroupOf(("template_id", template.Items["id"]));
    }

    private static (string? Deadline, string? Wait) Told(Value.Mapping group)
    {
        var drain = Fields.Of(group.Items["drain"]);
        return (drain.Text("deadline"), drain.Text("wait"));
    }

    private static IEnumerable<(string? Name, string? Timeout, string? OnTimeout, string? Tell)> Hooks(Value.Mapping group) =>
        Assert.IsType<Value.Sequence>(group.Items["hook"]).Items.Select(Fields.Of)
            .Select(hook => (hook.Text("name"), hook.Text("timeout"), hook.Text("on_timeout"), hook.Text("tell")));

    private static Value.Mapping Drain(params (string Name, Value Value)[] given) => Nulls(DrainFields.Resource).With(given);

    private static Value.Mapping Hook(string name, string at, params (string Name, Value Value)[] given) =>
        Nulls(HookFields.Resource).With(("name", Value.Of(name)), ("at", Value.Of(at))).With(given);

    private static Value.Sequence Traffic(params (string Name, Value Value)[] given) =>
        new([Nulls(TrafficFields.Resource).With(given)]);

    private static (string? Source, string? Backend, int? Port, bool? Health) Used(Value.Mapping group)
    {
        var use = Fields.Of(Assert.Single(Assert.IsType<Value.Sequence>(group.Items["traffic"]).Items));
        return (use.Text("source"), use.Text("backend"), use.Whole("port"), use.Flag("health"));
    }

    private static Value.Mapping Nulls(SchemaAttribute attribute) => Value.Object(
        ((AttributeType.ObjectType)attribute.Type).Attributes.Select(inner => (inner.Name, Value.Null)));
}
