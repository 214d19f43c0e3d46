using Muster.Api.Groups;
using Muster.Terraform.Groups;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Groups in several places, against the real server, with Terraform's checks of each step.</summary>
public sealed class PlacementLifeTests
{
    [Fact]
    public async Task Placements_are_made_changed_in_every_way_and_taken_away_again()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var (first, second) = (Configs.PlacementOf("home", home, ("max", Value.Of(4))), Configs.PlacementOf("away", away));
        var mixed = Configs.SpreadOf(first, second.With(("interruptible", Value.Of(true))));

        var group = await provider.ApplyAsync(
            Configs.Group, Value.Null, Configs.SpreadOf(first, second).With(("wait_for_level", Value.Of(true))));
        Assert.Equal(home, group.Items["template_id"]);
        Assert.Equal(["home", "away"], (await GetAsync(server)).Placements!.Select(placement => placement.Name));

        foreach (var config in (Value.Mapping[])[
            Configs.SpreadOf(second, first),
            Configs.SpreadOf(first, second.With(("min", Value.Of(1)), ("base", Value.Of(1)))),
            Configs.SpreadOf(first.With(("zone", Value.Of("b")), ("rank", Value.Of(1))), second.With(("rank", Value.Of(1)))),
            Configs.SpreadOf(first.With(("weight", Value.Of(3))), second).With(("distribution", Value.Of("balanced"))),
            Configs.SpreadOf(first, second).With(
                ("spill_after", Value.Of("off")), ("return_after", Value.Of("5405s")), ("surge", Value.Of("2"))),
            mixed.With(("on_demand_percent_above_base", Value.Of(50))),
            mixed.With(("on_demand_percent_above_base", Value.Of(0))),
            mixed,
            mixed.With(("on_demand_percent_above_base", Value.Of(100))),
            Configs.SpreadOf(first, second),
            mixed.With(("on_demand_percent_above_base", Value.Of(100))),
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["a", "b"]))),
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["a", "b"])), ("distribution", Value.Of("ordered"))),
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["a", "c"])), ("distribution", Value.Of("ordered"))),
            Configs.GroupOf(("template_id", home)),
            Configs.SpreadOf(first),
            Configs.GroupOf(("template_id", away)),
        ])
        {
            group = await provider.ApplyAsync(Configs.Group, group, config);
        }

        var view = await GetAsync(server);
        Assert.Null(view.Placements);
        var revisions = await server.Client.ListRevisionsAsync("web", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(18, revisions.Items.Count);
    }

    [Fact]
    public async Task What_is_written_reaches_the_server_field_by_field()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);

        await provider.ApplyAsync(Configs.Group, Value.Null, Configs.SpreadOf(
            Configs.PlacementOf(
                "home", home, ("zone", Value.Of("b")), ("weight", Value.Of(3)), ("min", Value.Of(1)), ("max", Value.Of(9)),
                ("base", Value.Of(2))),
            Configs.PlacementOf("away", away, ("interruptible", Value.Of(true)))).With(
                ("distribution", Value.Of("balanced")), ("on_demand_percent_above_base", Value.Of(25)),
                ("spill_after", Value.Of("5m")), ("return_after", Value.Of("off")),
                ("surge", Value.Of("20%"))));

        var view = await GetAsync(server);
        Assert.Equal(
            ("balanced", 25, 300.0, 0.0, "20%"),
            (view.Distribution, view.OnDemandPercentAboveBase, view.SpillAfterS, view.ReturnAfterS, view.Surge));
        Assert.Equal([false, true], view.Placements!.Select(placement => placement.Interruptible));
        Assert.Equal(
            ("home", "b", null, 3, 1, 9, 2),
            (view.Placements![0].Name, view.Placements[0].Zone, view.Placements[0].Rank, view.Placements[0].Weight, view.Placements[0].Min,
                view.Placements[0].Max, view.Placements[0].Base));
        Assert.Equal(away, Value.Of(view.Placements[1].TemplateId?.ToString()));
    }

    // Neither the capacity alone nor the placements alone would be allowed: both are one change, all of it or nothing.
    [Fact]
    public async Task Bounds_of_a_group_and_of_its_placements_change_together()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        Value.Mapping Bounded(int groupMin, int groupMax, int desired, int min, int max) => Configs.SpreadOf(
            Configs.PlacementOf("home", home, ("min", Value.Of(min)), ("max", Value.Of(max))),
            Configs.PlacementOf("away", away, ("max", Value.Of(0)))).With(
                ("capacity", Value.Of(desired)), ("min", Value.Of(groupMin)), ("max", Value.Of(groupMax)));

        var group = await provider.ApplyAsync(Configs.Group, Value.Null, Bounded(0, 4, 3, 0, 4));
        group = await provider.ApplyAsync(Configs.Group, group, Bounded(6, 10, 7, 5, 10));
        Assert.Equal((6, 10, 7), BoundsOf(await GetAsync(server)));
        Assert.Equal(2, (await GetAsync(server)).Version);
        group = await provider.ApplyAsync(Configs.Group, group, Bounded(0, 4, 3, 0, 4));
        Assert.Equal((0, 4, 3), BoundsOf(await GetAsync(server)));

        // To a template alone, and back.
        group = await provider.ApplyAsync(
            Configs.Group,
            group,
            Configs.GroupOf(("template_id", home), ("min", Value.Of(20)), ("capacity", Value.Of(20)), ("max", Value.Of(20))));
        await provider.ApplyAsync(Configs.Group, group, Bounded(0, 4, 3, 0, 4));
        Assert.Equal((0, 4, 3), BoundsOf(await GetAsync(server)));
    }

    [Fact]
    public async Task Placements_that_somebody_else_changed_are_shown_and_set_right()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        foreach (var (index, config) in ((Value.Mapping[])[
            Configs.GroupOf(("template_id", home)),
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["a", "b"]))),
            Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away, ("max", Value.Of(5)))),
        ]).Index())
        {
            var named = config.With(("name", Value.Of($"web-{index}")));
            var group = await provider.ApplyAsync(Configs.Group, Value.Null, named);
            foreach (var change in (GroupUpdate[])[
                new() { Placements = [Asked("home", home), Asked("away", away) with { Max = 6 }] },
                new() { Template = Id(home), Zones = ["c"] },
                new() { Template = Id(away) },
            ])
            {
                await server.Client.UpdateGroupAsync(
                    new Fields(group).Required("id"), change, cancellationToken: TestContext.Current.CancellationToken);

                var read = await provider.ReadAsync(Configs.Group, group);
                Assert.NotEqual(SpreadOf(group), SpreadOf(read));
                Assert.NotEqual(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, named)).PlannedState));
                group = await provider.ApplyAsync(Configs.Group, read, named);
            }
        }
    }

    [Fact]
    public async Task A_time_that_somebody_else_changed_is_drift_too()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var config = Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        await server.Client.UpdateGroupAsync("web", new() { ReturnAfterS = 0 }, cancellationToken: TestContext.Current.CancellationToken);

        var read = await provider.ReadAsync(Configs.Group, group);
        Assert.Equal("off", Fields.Of(read).Text("return_after"));
        await provider.ApplyAsync(Configs.Group, read, config);
        Assert.Equal(600, (await GetAsync(server)).ReturnAfterS);
    }

    [Fact]
    public async Task A_group_in_several_places_is_imported_and_needs_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        foreach (var (index, config) in ((Value.Mapping[])[
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["b", "a"]))),
            Configs.SpreadOf(
                Configs.PlacementOf("a", home, ("zone", Value.Of("a"))),
                Configs.PlacementOf("away", away, ("rank", Value.Of(0)), ("interruptible", Value.Of(true))))
                .With(("on_demand_percent_above_base", Value.Of(70))),
        ]).Index())
        {
            var named = config.With(("name", Value.Of($"web-{index}")));
            var group = await provider.ApplyAsync(Configs.Group, Value.Null, named);

            var response = await provider.Service.ImportResourceState(
                new() { TypeName = "muster_group", Id = new Fields(group).Required("id") });

            ConfiguredProvider.Good(response.Diagnostics);
            var imported = DynamicValues.Read(Assert.Single(response.ImportedResources).State);
            Assert.Equal(new Value.Sequence([]), Fields.Of(imported)["placement"]);
            var read = await provider.ReadAsync(Configs.Group, imported);
            Assert.Equal(SpreadOf(group), SpreadOf(read));
            Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, named)).PlannedState));
        }
    }

    // As it lies in a file that a provider from before placements wrote.
    [Fact]
    public async Task A_state_from_before_placements_needs_no_change()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        var older = new Value.Mapping(group.Items.RemoveRange(
            [.. LayoutFields.All.Select(field => field.Name), "placement", "zones"]));

        var read = await provider.ReadAsync(Configs.Group, Configs.Group.Schema.Conform(older));

        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
    }

    [Fact]
    public async Task A_refusal_points_at_the_placement()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var gone = Value.Of(Configs.TemplateId);

        var (_, zone) = await provider.TryApplyAsync(Configs.Group, Value.Null, Configs.SpreadOf(
            Configs.PlacementOf("home", home), Configs.PlacementOf("away", home, ("zone", Value.Of("z")))));
        var template = await provider.PlanAsync(Configs.Group, Value.Null, Configs.SpreadOf(
            Configs.PlacementOf("home", home), Configs.PlacementOf("away", gone)));

        Assert.Equal("placement[1].zone is 'z': one of the zones of cloud sim: a, b, c.", Assert.Single(zone).Detail);
        Assert.Equal(["placement", "1", "zone"], Steps(zone[0]));
        Assert.Equal(["placement", "1", "template_id"], Steps(Assert.Single(template.Diagnostics)));
    }

    [Fact]
    public async Task A_template_of_a_placement_is_not_planned_to_be_replaced_under_its_name()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        await provider.ApplyAsync(
            Configs.Group, Value.Null, Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away)));
        var config = Configs.TemplateOf(("name", Value.Of("away")), ("cloud", Value.Of("spare")));
        var read = await provider.ReadAsync(Configs.Template, Configs.Template.Schema.Fill(("id", away)));

        var plan = await provider.PlanAsync(Configs.Template, read, config.With(("image", Value.Of("other"))));

        Assert.Contains("used by group web", Assert.Single(plan.Diagnostics).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_source_tells_where_a_group_lives_and_what_is_left_elsewhere()
    {
        await using var server = await RunningServer.StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home), ("wait_for_level", Value.Of(true)));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);
        var alone = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")));

        await provider.ApplyAsync(Configs.Group, group, Configs.SpreadOf(Configs.PlacementOf("away", away)));
        await server.Client.CheckGroupAsync("web", TestContext.Current.CancellationToken);
        var spread = Fields.Of(DynamicValues.Read((await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of("web")))).State));

        Assert.Equal(Value.Null, Fields.Of(DynamicValues.Read(alone.State))["placements"]);
        Assert.Equal(("ordered", "2m", "10m", "10%"), (
            spread.Text("distribution"), spread.Text("spill_after"), spread.Text("return_after"), spread.Text("surge")));
        var placements = Assert.IsType<Value.Sequence>(spread["placements"]).Items.Select(Fields.Of).ToList();
        Assert.Equal(("away", "spare", away), (placements[0].Text("name"), placements[0].Text("cloud"), placements[0]["template_id"]));
        Assert.Equal(
            ("earlier@sim", "sim", Value.Null),
            (placements[1].Text("name"), placements[1].Text("cloud"), placements[1]["template_id"]));
    }

    /// <summary>One on the cloud with zones, one on the other.</summary>
    private static async Task<(Value Home, Value Away)> TemplatesAsync(ConfiguredProvider provider)
    {
        var home = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf(("name", Value.Of("home"))));
        var away = await provider.ApplyAsync(
            Configs.Template, Value.Null, Configs.TemplateOf(("name", Value.Of("away")), ("cloud", Value.Of("spare"))));
        return (home.Items["id"], away.Items["id"]);
    }

    /// <summary>What a state says of where the group lives, without what goes on there.</summary>
    private static IEnumerable<Value> SpreadOf(Value group) =>
        LayoutFields.All.Select(field => field.Name).Append("template_id").Append("placement").Append("zones")
            .Select(name => Fields.Of(group)[name]);

    private static Task<GroupView> GetAsync(RunningServer server) =>
        server.Client.GetGroupAsync("web", TestContext.Current.CancellationToken);

    private static PlacementInput Asked(string name, Value template) => new() { Name = name, Template = Id(template) };

    private static string Id(Value template) => Assert.IsType<Value.Text>(template).Content;

    private static (int Min, int Max, int Desired) BoundsOf(GroupView view) =>
        (view.Capacity.Min, view.Capacity.Max, view.Capacity.Desired);

    private static IEnumerable<string> Steps(Diagnostic diagnostic) => diagnostic.Attribute.Steps.Select(step =>
        step.AttributeName is { Length: > 0 } name ? name : step.ElementKeyInt.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
