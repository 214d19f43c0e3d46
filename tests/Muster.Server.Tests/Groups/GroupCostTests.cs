using Muster.Core.Prices;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

/// <summary>What groups cost, and may cost, over HTTP.</summary>
public sealed class GroupCostTests
{
    private const string Two = """
        {"name":"shop","capacity":{"desired":3},"placements":[{"name":"a","template":"web"},{"name":"b","template":"far"}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_prices_nothing_is_said_of_them()
    {
        await using var server = await StartAsync();
        var group = (await server.AddGroupAsync()).Json;

        Assert.False(group.TryGetProperty("cost_per_hour", out _) || group.TryGetProperty("price_per_hour", out _)
            || group.TryGetProperty("currency", out _) || group.GetProperty("brakes").TryGetProperty("spend_per_hour_max", out _));
        Assert.False((await server.GetAsync("/v1/status")).Json.TryGetProperty("prices", out _));
    }

    [Fact]
    public async Task A_group_says_what_it_costs_by_all_that_it_holds()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        await server.AddGroupAsync();
        await HoldAsync(
            server, state => state with { Counts = new() { Running = 2, Pending = 1, Unknown = 1, Terminating = 5, Dead = 2 } });

        var group = await server.Client.GetGroupAsync("shop", Cancel);

        Assert.Equal((0.25m, 1, "EUR"), (group.PricePerHour, group.CostPerHour, group.Currency));
    }

    [Fact]
    public async Task What_one_placement_costs_is_unknown_without_its_price_and_so_is_the_sum_as_soon_as_it_holds_something()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        (await server.PostAsync("/v1/groups", Two)).Good(201);
        await HoldAsync(server, state => state.With(new() { Name = "a", Counts = new() { Running = 2 } }));

        var before = await server.Client.GetGroupAsync("shop", Cancel);
        await HoldAsync(server, state => state.With(new() { Name = "b", Counts = new() { Running = 1 } }));
        var after = await server.Client.GetGroupAsync("shop", Cancel);

        Assert.Equal([(0.25m, 0.5m), (null, null)], before.Placements!.Select(one => (one.PricePerHour, one.CostPerHour)));
        Assert.Equal((0.5m, null), (before.CostPerHour, after.CostPerHour));
        Assert.Equal("EUR", after.Currency);
    }

    [Fact]
    public async Task Cheapest_is_refused_without_a_price_for_each_placement_and_taken_with_it()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        var cheapest = Two.Replace("\"placements\"", "\"distribution\":\"cheapest\",\"placements\"", StringComparison.Ordinal);

        var problem = (await server.PostAsync("/v1/groups", cheapest)).Problem(400, "invalid_input", "distribution");
        Assert.Equal("ordered or balanced: no price is known for placement b (cloud other)", Assert.Single(problem.Errors).Allowed);

        server.Prices.Current = PriceBook.Of(Row("sim", 0.25m), Row("other", 0.5m));
        Assert.Equal("cheapest", (await server.PostAsync("/v1/groups", cheapest)).Good(201).Json.GetProperty("distribution").GetString());
    }

    [Fact]
    public async Task A_groups_limit_is_set_shown_refused_below_one_instance_and_lifted()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        await server.AddGroupAsync();

        var set = await server.Client.UpdateGroupAsync("shop", new() { Brakes = new() { SpendPerHourMax = 0.5m } }, null, Cancel);
        Assert.Equal(0.5m, set.Brakes.SpendPerHourMax);
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"brakes":{"spend_per_hour_max":0.2}}"""))
            .Problem(400, "invalid_input", "brakes.spend_per_hour_max");
        var lifted = await server.Client.UpdateGroupAsync("shop", new() { Brakes = new() { SpendPerHourMax = 0 } }, null, Cancel);
        Assert.Null(lifted.Brakes.SpendPerHourMax);
    }

    [Fact]
    public async Task An_accounts_limit_is_set_shown_refused_below_the_lowest_price_and_lifted()
    {
        await using var server = await StartAsync(Row("sim", 0.25m), Row("other", 0.5m));

        Assert.Equal(3, (await server.Client.UpdateAccountAsync("default", new() { SpendPerHourMax = 3 }, Cancel)).SpendPerHourMax);
        Assert.Equal(3, Assert.Single((await server.Client.ListAccountsAsync(Cancel)).Items).SpendPerHourMax);
        var problem = (await server.SendAsync("PATCH", "/v1/accounts/default", """{"spend_per_hour_max":0.2}"""))
            .Problem(400, "invalid_input", "spend_per_hour_max");
        Assert.Equal("at least 0.25 EUR an hour, the lowest price: of cloud sim", Assert.Single(problem.Errors).Allowed);
        (await server.SendAsync("PATCH", "/v1/accounts/default", "{}")).Problem(400, "invalid_input", "body");
        (await server.SendAsync("PATCH", "/v1/accounts/default", """{"spend_per_hour_max":"3"}"""))
            .Problem(400, "invalid_input", "spend_per_hour_max");
        Assert.Equal(3, Assert.Single((await server.Client.ListAccountsAsync(Cancel)).Items).SpendPerHourMax);
        Assert.Null((await server.Client.UpdateAccountAsync("default", new() { SpendPerHourMax = 0 }, Cancel)).SpendPerHourMax);
        (await server.SendAsync("PATCH", "/v1/accounts/nobody", """{"spend_per_hour_max":0}""")).Problem(404, "account_not_found");
    }

    [Fact]
    public async Task An_account_shows_what_its_groups_cost_now_beside_its_limit()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        await server.AddGroupAsync();
        await HoldAsync(server, state => state with { SpendPerHour = 0.75m });

        var listed = Assert.Single((await server.Client.ListAccountsAsync(Cancel)).Items);
        Assert.Equal((0.75m, "EUR", (decimal?)null), (listed.SpendPerHour, listed.Currency, listed.SpendPerHourMax));
        var limited = await server.Client.UpdateAccountAsync("default", new() { SpendPerHourMax = 3 }, Cancel);
        Assert.Equal((0.75m, 3m), (limited.SpendPerHour, limited.SpendPerHourMax));

        server.Prices.Current = PriceBook.Empty;
        listed = Assert.Single((await server.Client.ListAccountsAsync(Cancel)).Items);
        Assert.Equal((null, null, 3m), (listed.SpendPerHour, listed.Currency, listed.SpendPerHourMax));
    }

    [Fact]
    public async Task Without_prices_an_accounts_limit_is_refused()
    {
        await using var server = await StartAsync();

        var problem = (await server.SendAsync("PATCH", "/v1/accounts/default", """{"spend_per_hour_max":5}"""))
            .Problem(400, "invalid_input", "spend_per_hour_max");
        Assert.Equal("none, since no price is known", Assert.Single(problem.Errors).Allowed);
    }

    [Fact]
    public async Task The_status_says_how_many_prices_there_are_and_what_is_wrong_with_them()
    {
        await using var server = await StartAsync(Row("sim", 0.25m));
        server.Prices.Troubles = ["the file is wrong"];

        var prices = (await server.Client.GetStatusAsync(Cancel)).Prices!;

        Assert.Equal((1, "EUR"), (prices.Count, prices.Currency));
        Assert.Equal(["the file is wrong"], prices.Troubles);
    }

    private static Price Row(string cloud, decimal amount) => new() { Cloud = cloud, Amount = amount, Currency = "EUR" };

    private static async Task HoldAsync(RunningServer server, Func<Core.Groups.GroupState, Core.Groups.GroupState> change)
    {
        var id = new Core.GroupId((await server.Client.GetGroupAsync("shop", Cancel)).Id);
        var state = (await server.Memory.FindGroupAsync(id, Cancel))!.State;
        await server.Memory.RecordIdleAsync(
            [new() { State = change(state) with { CheckedAt = server.Clock.GetUtcNow() } }], sweep: null, Cancel);
    }

    private static async Task<RunningServer> StartAsync(params Price[] prices)
    {
        var server = await RunningServer.StartDevAsync();
        server.Prices.Current = PriceBook.Of(prices);
        await server.AddTemplateAsync("web");
        (await server.PostAsync("/v1/templates", """{"name":"far","cloud":"other","image":"hello"}""")).Good(201);
        return server;
    }
}
