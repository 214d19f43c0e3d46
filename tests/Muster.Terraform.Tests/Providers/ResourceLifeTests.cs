using Microsoft.AspNetCore.Http;

using Muster.Terraform.Groups;
using Muster.Terraform.Instances;
using Muster.Terraform.Templates;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Resources from their making to their end, against the real server, with Terraform's checks of each step.</summary>
public sealed class ResourceLifeTests
{
    [Fact]
    public async Task A_group_is_made_changed_in_every_way_and_deleted()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var other = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf(("name", Value.Of("web-2"))));
        var config = Configs.GroupOf(("template_id", template.Items["id"]), ("wait_for_level", Value.Of(true)));

        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        Assert.Equal(3, new Fields(group).Inner("status")!.Value.Whole("running"));

        foreach (var (name, value) in ((string, Value)[])[
            ("name", Value.Of("shop")), ("template_id", other.Items["id"]), ("capacity", Value.Of(5)), ("min", Value.Of(2)),
            ("max", Value.Of(7)), ("interval", Value.Of("7500ms")), ("scale_in", Value.Of("outdated-first")),
            ("lifetime_max", Value.Of("168h")), ("on_destroy", Value.Of("keep"))])
        {
            config = config.With((name, value));
            group = await provider.ApplyAsync(Configs.Group, group, config);
        }

        var view = await server.Client.GetGroupAsync("shop", TestContext.Current.CancellationToken);
        Assert.Equal((5, 2, 7, 7.5), (view.Capacity.Desired, view.Capacity.Min, view.Capacity.Max, view.IntervalS));
        Assert.Equal((604_800, Value.Of("168h")), (view.LifetimeMaxS, group.Items["lifetime_max"]));
        group = await provider.ApplyAsync(Configs.Group, group, config.With(("on_destroy", Value.Of("terminate"))));
        var (gone, diagnostics) = await provider.TryApplyAsync(Configs.Group, group, Value.Null);
        ConfiguredProvider.Good(diagnostics);
        Assert.Equal(Value.Null, gone);
        Assert.Equal(Value.Null, await provider.ReadAsync(Configs.Group, group));
    }

    [Fact]
    public async Task What_others_changed_between_plan_and_apply_is_set_right_and_the_rest_of_theirs_is_kept()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        await server.Client.SetCapacityAsync("web", new() { Desired = 9 }, cancellationToken: TestContext.Current.CancellationToken);
        await server.Client.UpdateGroupAsync(
            "web", new() { Brakes = new() { LaunchesPerHourMax = 55 } }, cancellationToken: TestContext.Current.CancellationToken);
        var changed = config.With(("scale_in", Value.Of("newest")), ("brakes", Value.Null));
        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, group.With(("brakes", Value.Null)), changed);

        ConfiguredProvider.Good(diagnostics);
        var view = await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken);
        Assert.Equal((3, 55, "newest"), (view.Capacity.Desired, view.Brakes.LaunchesPerHourMax, view.ScaleIn));
        Assert.Equal(3, Fields.Of(state).Whole("desired"));
    }

    [Fact]
    public async Task A_refusal_points_at_the_attribute_and_leaves_what_was_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, group, config.With(("capacity", Value.Of(5000))));
        var (none, inUse) = await provider.TryApplyAsync(Configs.Template, template, Value.Null);

        var diagnostic = Assert.Single(diagnostics);
        Assert.Contains("'5000'", diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal("capacity", Assert.Single(diagnostic.Attribute.Steps).AttributeName);
        Assert.Equal(group, state);
        Assert.Contains("create_before_destroy", Assert.Single(inUse).Detail, StringComparison.Ordinal);
        Assert.Equal(template, none);
    }

    [Fact]
    public async Task An_update_that_is_refused_changes_nothing_of_what_it_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        await provider.ApplyAsync(Configs.Group, Value.Null, config.With(("name", Value.Of("taken"))));

        var wanted = config.With(("capacity", Value.Of(5)), ("name", Value.Of("taken")), ("on_destroy", Value.Of("keep")));
        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, group, wanted);

        Assert.Equal("name", Assert.Single(Assert.Single(diagnostics).Attribute.Steps).AttributeName);
        Assert.Equal(group, state);
        Assert.Equal(3, (await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken)).Capacity.Desired);
        await provider.ApplyAsync(Configs.Group, state, wanted.With(("name", Value.Of("free"))));
    }

    [Fact]
    public async Task A_change_that_another_one_overtakes_is_decided_anew()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]), ("capacity", Value.Null), ("min", Value.Of(1)));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        var puts = 0;
        server.Gate = async context =>
        {
            if (HttpMethods.IsPut(context.Request.Method) && ++puts == 1)
            {
                // Its own request comes through here too, as the second.
                await server.Client.SetCapacityAsync(
                    "web", new() { Desired = 4 }, cancellationToken: TestContext.Current.CancellationToken);
            }

            return true;
        };

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, group, config.With(("min", Value.Of(2))));

        ConfiguredProvider.Good(diagnostics);
        var view = await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken);
        Assert.Equal((2, 4), (view.Capacity.Min, view.Capacity.Desired));
        Assert.Equal(3, puts);

        // Terraform holds a plan to its word, so the state says what was planned; the next look says what is so, and nobody moves it back.
        Assert.Equal((2, 2), (Fields.Of(state).Whole("min"), Fields.Of(state).Whole("desired")));
        var read = await provider.ReadAsync(Configs.Group, state);
        Assert.Equal(4, Fields.Of(read).Whole("desired"));
        var (_, again) = await provider.TryApplyAsync(
            Configs.Group, read, config.With(("min", Value.Of(2)), ("scale_in", Value.Of("newest"))));
        ConfiguredProvider.Good(again);
        Assert.Equal(4, (await server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken)).Capacity.Desired);
    }

    [Fact]
    public async Task A_name_whose_holder_goes_at_that_very_moment_is_taken()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]));
        var holder = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        server.Gate = async context =>
        {
            if (context.Request.Path == "/v1/groups/web" && HttpMethods.IsGet(context.Request.Method))
            {
                // Between the refusal of the name and the look at who has it.
                await server.Client.DeleteGroupAsync("web", keepInstances: true, cancellationToken: TestContext.Current.CancellationToken);
            }

            return true;
        };

        var (state, diagnostics) = await provider.TryApplyAsync(Configs.Group, Value.Null, config);

        ConfiguredProvider.Good(diagnostics);
        Assert.NotEqual(new Fields(holder).Required("id"), Fields.Of(state).Required("id"));
    }

    [Fact]
    public async Task A_plan_tells_of_unknown_clouds_and_archived_templates()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);

        var cloud = await provider.PlanAsync(Configs.Template, Value.Null, Configs.TemplateOf(("cloud", Value.Of("nowhere"))));
        var template = await provider.PlanAsync(Configs.Group, Value.Null, Configs.GroupOf());

        Assert.Contains("one of the configured clouds: sim", Assert.Single(cloud.Diagnostics).Detail, StringComparison.Ordinal);
        Assert.Equal("template_id", Assert.Single(Assert.Single(template.Diagnostics).Attribute.Steps).AttributeName);
    }

    [Fact]
    public async Task A_unique_name_is_made_for_each_template_and_read_again_as_it_is()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var config = Configs.TemplateOf(("name", Value.Null), ("base_name", Value.Of("web")));

        var first = await provider.ApplyAsync(Configs.Template, Value.Null, config);
        var second = await provider.ApplyAsync(Configs.Template, Value.Null, config);

        Assert.Matches("^web-[0-9a-f]{8}$", new Fields(first).Text("name"));
        Assert.NotEqual(first.Items["name"], second.Items["name"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_exists_is_imported_by_name_or_id_and_needs_no_change(bool byName)
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf());
        var config = Configs.GroupOf(("template_id", template.Items["id"]));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        var response = await provider.Service.ImportResourceState(
            new() { TypeName = "muster_group", Id = byName ? "web" : new Fields(group).Required("id") });

        ConfiguredProvider.Good(response.Diagnostics);
        var read = await provider.ReadAsync(Configs.Group, DynamicValues.Read(Assert.Single(response.ImportedResources).State));
        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
    }

    [Fact]
    public async Task Data_sources_tell_what_is_so_and_what_is_not_there()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var template = await provider.ApplyAsync(
            Configs.Template, Value.Null, Configs.TemplateOf(("tags", Value.Object(("role", Value.Of("web"))))));
        await provider.ApplyAsync(
            Configs.Group, Value.Null, Configs.GroupOf(("template_id", template.Items["id"]), ("wait_for_level", Value.Of(true))));

        var group = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")));
        var found = await provider.LookUpAsync(new TemplateDataSource(), ("id", template.Items["id"]));
        var instances = await provider.LookUpAsync(new InstancesDataSource(), ("group", Value.Of("web")));
        var nobody = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("nobody")));

        Assert.Equal(3, Fields.Of(DynamicValues.Read(group.State)).Inner("status")!.Value.Whole("level"));
        Assert.Equal("web", Fields.Of(DynamicValues.Read(found.State)).Entries("tags")!["role"]);
        Assert.Equal(3, Assert.IsType<Value.Sequence>(Fields.Of(DynamicValues.Read(instances.State))["instances"]).Items.Length);
        Assert.Contains("nobody", Assert.Single(nobody.Diagnostics).Detail, StringComparison.Ordinal);
    }
}
