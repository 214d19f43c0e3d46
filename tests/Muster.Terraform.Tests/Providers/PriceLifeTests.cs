using Muster.Api.Groups;
using Muster.Core.Prices;
using Muster.Terraform.Groups;
using Muster.Terraform.Schemas;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Providers;

/// <summary>Groups that go by prices, against the real server, with Terraform's checks of each step.</summary>
public sealed class PriceLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cheapest_first_is_made_and_changed_in_place()
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var spread = Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away, ("max", Value.Of(2))));
        var cheapest = ("distribution", (Value)Value.Of("cheapest"));

        var group = await provider.ApplyAsync(
            Configs.Group, Value.Null, spread.With(cheapest, ("wait_for_level", Value.Of(true))));
        var made = await GetAsync(server);
        Assert.Equal("cheapest", made.Distribution);
        Assert.Equal([1, 2], made.Placements!.Select(placement => placement.Running));

        foreach (var config in (Value.Mapping[])[
            spread,
            spread.With(cheapest),
            Configs.GroupOf(("template_id", home), ("zones", Value.Of(["a", "b"])), cheapest),
            Configs.GroupOf(("template_id", home)),
            spread.With(cheapest),
        ])
        {
            Assert.Empty((await provider.PlanAsync(Configs.Group, group, config)).RequiresReplace);
            group = await provider.ApplyAsync(Configs.Group, group, config);
        }

        Assert.Equal(("cheapest", made.Id), ((await GetAsync(server)).Distribution, (await GetAsync(server)).Id));
    }

    [Fact]
    public async Task A_limit_is_set_changed_kept_and_lifted_in_place()
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home));

        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config.With(LimitOf("0.6")));
        var id = (await GetAsync(server)).Id;
        Assert.Equal(0.6m, (await GetAsync(server)).Brakes.SpendPerHourMax);
        foreach (var (limit, expected) in ((string?, decimal?)[])[
            ("0.75", 0.75m), (null, 0.75m), ("0", null), (null, null), ("12", 12m), ("0.300001", 0.300001m)])
        {
            var next = limit is null ? config : config.With(LimitOf(limit));
            Assert.Empty((await provider.PlanAsync(Configs.Group, group, next)).RequiresReplace);
            group = await provider.ApplyAsync(Configs.Group, group, next);
            Assert.Equal((id, expected), ((await GetAsync(server)).Id, (await GetAsync(server)).Brakes.SpendPerHourMax));
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0)]
    public async Task A_limit_that_somebody_else_changed_is_shown_and_set_right(decimal other)
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home)).With(LimitOf("0.6"));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        await server.Client.UpdateGroupAsync("web", new() { Brakes = new() { SpendPerHourMax = other } }, cancellationToken: Cancel);

        var read = await provider.ReadAsync(Configs.Group, group);
        Assert.Equal(other, Fields.Of(read).Inner("brakes")!.Value.Amount("spend_per_hour_max"));
        Assert.NotEqual(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
        await provider.ApplyAsync(Configs.Group, read, config);
        Assert.Equal(0.6m, (await GetAsync(server)).Brakes.SpendPerHourMax);
    }

    [Fact]
    public async Task A_price_that_changes_is_no_drift()
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var config = Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away))
            .With(LimitOf("1"), ("distribution", Value.Of("cheapest")), ("wait_for_level", Value.Of(true)));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, config);

        server.Current = PriceBook.Of(Row("sim", 0.05m), Row("spare", 0.3m));
        await server.Client.CheckGroupAsync("web", Cancel);

        var read = await provider.ReadAsync(Configs.Group, group);
        Assert.Equal(group.With([("status", Value.Null)]), ((Value.Mapping)read).With([("status", Value.Null)]));
        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
    }

    // As it lies in a file that a provider from before prices wrote.
    [Theory]
    [InlineData(null)]
    [InlineData("0.6")]
    public async Task A_state_from_before_prices_needs_no_change(string? limit)
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home));
        var group = await provider.ApplyAsync(Configs.Group, Value.Null, limit is null ? config : config.With(LimitOf(limit)));
        var brakes = (Value.Mapping)group.Items["brakes"];
        Assert.Contains("spend_per_hour_max", brakes.Items.Keys);
        var older = Configs.Group.Schema.Conform(group.With(("brakes", new Value.Mapping(brakes.Items.Remove("spend_per_hour_max")))));

        // With and without a look at the server first.
        foreach (var state in (Value[])[older, await provider.ReadAsync(Configs.Group, older)])
        {
            Assert.Equal(state, DynamicValues.Read((await provider.PlanAsync(Configs.Group, state, config)).PlannedState));
        }

        await provider.ApplyAsync(Configs.Group, older, config.With(("scale_in", Value.Of("newest"))));
        Assert.Equal(limit is null ? null : 0.6m, (await GetAsync(server)).Brakes.SpendPerHourMax);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.6")]
    public async Task A_group_with_and_without_a_limit_is_imported_and_needs_no_change(string limit)
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, _) = await TemplatesAsync(provider);
        var config = Configs.GroupOf(("template_id", home)).With(LimitOf(limit));
        await provider.ApplyAsync(Configs.Group, Value.Null, config);

        var response = await provider.Service.ImportResourceState(new() { TypeName = "muster_group", Id = "web" });

        var read = await provider.ReadAsync(Configs.Group, DynamicValues.Read(Assert.Single(response.ImportedResources).State));
        Assert.Equal(read, DynamicValues.Read((await provider.PlanAsync(Configs.Group, read, config)).PlannedState));
    }

    [Fact]
    public async Task What_has_no_price_or_costs_more_than_the_limit_is_refused_at_its_attribute()
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var spread = Configs.SpreadOf(Configs.PlacementOf("home", home), Configs.PlacementOf("away", away));

        var (_, low) = await provider.TryApplyAsync(Configs.Group, Value.Null, spread.With(LimitOf("0.2")));
        server.Current = PriceBook.Of(Row("sim", 0.25m));
        var (_, unpriced) = await provider.TryApplyAsync(
            Configs.Group, Value.Null, spread.With(("distribution", Value.Of("cheapest"))));

        Assert.Equal(
            "brakes.spend_per_hour_max is '0.2': at least 0.25 EUR an hour, what one instance costs in placement home (cloud sim).",
            Assert.Single(low).Detail);
        Assert.Equal(["brakes", "spend_per_hour_max"], low[0].Attribute.Steps.Select(step => step.AttributeName));
        Assert.Equal(
            "distribution is 'cheapest': ordered or balanced: no price is known for placement away (cloud spare).",
            Assert.Single(unpriced).Detail);
        Assert.Equal(["distribution"], unpriced[0].Attribute.Steps.Select(step => step.AttributeName));
    }

    [Fact]
    public async Task A_data_source_tells_what_a_group_costs()
    {
        await using var server = await StartAsync();
        using var provider = await ConfiguredProvider.ForAsync(server);
        var (home, away) = await TemplatesAsync(provider);
        var waits = ("wait_for_level", (Value)Value.Of(true));
        await provider.ApplyAsync(
            Configs.Group, Value.Null, Configs.GroupOf(("name", Value.Of("alone")), ("template_id", home), waits).With(LimitOf("0.8")));
        await provider.ApplyAsync(
            Configs.Group, Value.Null, Configs.SpreadOf(
                Configs.PlacementOf("home", home, ("max", Value.Of(1))), Configs.PlacementOf("away", away)).With(waits));

        var (alone, spread) = (await LookUpAsync("alone"), await LookUpAsync("web"));
        server.Current = PriceBook.Empty;
        var unpriced = await LookUpAsync("web");

        Assert.Equal(
            (0.25m, 0.75m, "EUR", 0.8m),
            (alone.Amount("price_per_hour"), alone.Amount("cost_per_hour"), alone.Text("currency"),
                alone.Inner("brakes")!.Value.Amount("spend_per_hour_max")));
        Assert.Equal(
            (null, 0.45m, 0m),
            (spread.Amount("price_per_hour"), spread.Amount("cost_per_hour"), spread.Inner("brakes")!.Value.Amount("spend_per_hour_max")));
        Assert.Equal(
            [(0.25m, 0.25m), (0.1m, 0.2m)],
            Assert.IsType<Value.Sequence>(spread["placements"]).Items.Select(Fields.Of)
                .Select(placement => (placement.Amount("price_per_hour"), placement.Amount("cost_per_hour"))));
        Assert.Equal((Value.Null, Value.Null), (unpriced["cost_per_hour"], unpriced["currency"]));

        async Task<Fields> LookUpAsync(string name)
        {
            var found = await provider.LookUpAsync(new GroupDataSource(), ("name", Value.Of(name)));
            ConfiguredProvider.Good(found.Diagnostics);
            return Fields.Of(DynamicValues.Read(found.State));
        }
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync();
        server.Current = PriceBook.Of(Row("sim", 0.25m), Row("spare", 0.1m));
        return server;
    }

    private static Price Row(string cloud, decimal amount) => new() { Cloud = cloud, Amount = amount, Currency = "EUR" };

    /// <summary>One on the dearer cloud, one on the other.</summary>
    private static async Task<(Value Home, Value Away)> TemplatesAsync(ConfiguredProvider provider)
    {
        var home = await provider.ApplyAsync(Configs.Template, Value.Null, Configs.TemplateOf(("name", Value.Of("home"))));
        var away = await provider.ApplyAsync(
            Configs.Template, Value.Null, Configs.TemplateOf(("name", Value.Of("away")), ("cloud", Value.Of("spare"))));
        return (home.Items["id"], away.Items["id"]);
    }

    /// <summary>Brakes with nothing but a limit.</summary>
    private static (string Name, Value Value) LimitOf(string limit) => (
        "brakes",
        Value.Object(Assert.IsType<AttributeType.ObjectType>(
            Configs.Group.Schema.Attributes.Single(attribute => attribute.Name == "brakes").Type).Attributes
            .Select(brake => (brake.Name, Value.Null)))
            .With(("spend_per_hour_max", new Value.Number(limit))));

    private static Task<GroupView> GetAsync(RunningServer server) => server.Client.GetGroupAsync("web", Cancel);
}
