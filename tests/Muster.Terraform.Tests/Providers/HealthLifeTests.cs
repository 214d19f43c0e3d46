using Muster.Terraform.Groups;
using Muster.Terraform.Schemas;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Health checks and repair of groups, through a provider and a server.</summary>
public sealed class HealthLifeTests
{
    [Fact]
    public async Task A_health_check_is_made_changed_to_another_kind_and_removed()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);

        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null,
            config.With(
                ("health", Health(
                    ("kind", Value.Of("http")), ("port", Value.Of(8080)), ("path", Value.Of("/live")), ("grace", Value.Of("60s")))),
                ("repair", Repair(("surge", Value.Of("2"))))));
        Assert.Equal(("/live", "10s", "60s", 3), Told(made));
        Assert.Equal(
            ("launch-first", "2"),
            (Fields.Of(made.Items["repair"]).Text("order"), Fields.Of(made.Items["repair"]).Text("surge")));

        var slower = await provider.ApplyAsync(
            Configs.Group, made,
            config.With(("health", Health(
                ("kind", Value.Of("http")), ("port", Value.Of(8080)), ("path", Value.Of("/live")), ("interval", Value.Of("1s"))))));
        Assert.Equal("1s", Fields.Of(slower.Items["health"]).Text("timeout"));
        Assert.Equal("2", Fields.Of(slower.Items["repair"]).Text("surge"));

        var other = await provider.ApplyAsync(
            Configs.Group, slower, config.With(("health", Health(("kind", Value.Of("tcp")), ("attribute", Value.Of("port"))))));
        Assert.True(Fields.Of(other.Items["health"])["path"].IsNull);
        Assert.True(Fields.Of(other.Items["health"])["port"].IsNull);

        var kept = await provider.ApplyAsync(Configs.Group, other, config);
        Assert.Equal("tcp", Fields.Of(kept.Items["health"]).Text("kind"));
        var removed = await provider.ApplyAsync(Configs.Group, kept, config.With(("health", Health(("kind", Value.Of("none"))))));
        Assert.Equal("none", Fields.Of(removed.Items["health"]).Text("kind"));
        Assert.Null((await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken)).Health);
    }

    [Fact]
    public async Task A_time_that_is_written_otherwise_is_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = await ConfigAsync(provider);
        var made = await provider.ApplyAsync(
            Configs.Group, Value.Null, config.With(("health", Health(("kind", Value.Of("report")), ("boot_timeout", Value.Of("60s"))))));
        var version = (await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken)).Version;

        await provider.ApplyAsync(
            Configs.Group, made, config.With(("health", Health(("kind", Value.Of("report")), ("boot_timeout", Value.Of("1m"))))));

        Assert.Equal(version, (await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken)).Version);
    }

    [Fact]
    public async Task What_others_have_changed_is_shown_and_the_data_source_has_it_all()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var made = await provider.ApplyAsync(Configs.Group, Value.Null, await ConfigAsync(provider));
        Assert.Equal("none", Fields.Of(made.Items["health"]).Text("kind"));

        await server.Client.UpdateGroupAsync(
            "web", new() { Health = new() { Kind = "grpc", Port = 50051, Service = "shop" } },
            cancellationToken: TestContext.Current.CancellationToken);

        var read = Fields.Of(Fields.Of(await provider.ReadAsync(Configs.Group, made))["health"]);
        Assert.Equal(("grpc", 50051, "shop"), (read.Text("kind"), read.Whole("port"), read.Text("service")));
        var source = new GroupDataSource();
        var looked = await provider.LookUpAsync(source, ("name", Value.Of("web")));
        ConfiguredProvider.Good(looked.Diagnostics);
        var whole = Fields.Of(Muster.Terraform.Wire.DynamicValues.Read(looked.State));
        Assert.Equal("grpc", whole.Inner("health")!.Value.Text("kind"));
        Assert.Equal("replace", whole.Inner("repair")!.Value.Text("mode"));
        Assert.Equal(0, whole.Inner("status")!.Value.Whole("unhealthy"));
    }

    private static async Task<Value.Mapping> ConfigAsync(ConfiguredProvider provider)
    {
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        return Configs.GroupOf(("template_id", template.Items["id"]));
    }

    private static (string? Path, string? Interval, string? Grace, int? UnhealthyAfter) Told(Value.Mapping group)
    {
        var health = Fields.Of(group.Items["health"]);
        return (health.Text("path"), health.Text("interval"), health.Text("grace"), health.Whole("unhealthy_after"));
    }

    private static Value.Mapping Health(params (string Name, Value Value)[] given) => Nulls(HealthFields.Resource).With(given);

    private static Value.Mapping Repair(params (string Name, Value Value)[] given) => Nulls(RepairFields.Resource).With(given);

    private static Value.Mapping Nulls(SchemaAttribute attribute) => Value.Object(
        ((AttributeType.ObjectType)attribute.Type).Attributes.Select(inner => (inner.Name, Value.Null)));
}
