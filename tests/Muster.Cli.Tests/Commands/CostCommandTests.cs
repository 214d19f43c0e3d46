using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Core.Prices;
using Muster.Testing;

namespace Muster.Cli.Tests.Commands;

/// <summary>Prices and limits on the command line, against a real server and real processes.</summary>
public sealed class CostCommandTests
{
    [Fact]
    public async Task A_group_shows_what_it_costs_and_its_limit_holds_back_what_would_pass_it()
    {
        await using var server = await StartAsync();
        await server.WithGroupAsync("web", 1);
        await server.GoodAsync("group", "update", "web", "--spend-per-hour-max", "0.5");
        await server.GoodAsync("group", "scale", "web", "4");
        await server.GoodAsync("group", "check", "web");

        var shown = (await server.GoodAsync("group", "show", "web")).Out;

        Assert.Matches(@"(?m)^Cost: +0\.5 EUR an hour, 0\.25 an instance$", shown);
        Assert.Matches(@"(?m)^Spend limit: +0\.5 EUR an hour$", shown);
        Assert.Contains("2 held back: the group would pass its spend_per_hour_max", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.1", "--spend-per-hour-max is '0.1': at least 0.25 EUR an hour, what one instance costs in template web-1 (cloud local)")]
    [InlineData("much", "--spend-per-hour-max is 'much': more than 0, at most 50000000, with 6 decimals at most, such as 2.5; or off")]
    [InlineData("0", "--spend-per-hour-max is '0': more than 0, at most 50000000, with 6 decimals at most, such as 2.5; or off")]
    public async Task A_limit_that_cannot_be_is_refused_in_the_words_that_were_typed(string limit, string error)
    {
        await using var server = await StartAsync();
        await server.GoodAsync("template", "create", "web-1", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("group", "create", "web", "--template", "web-1", "--capacity", "0");

        var refused = await server.RunAsync("group", "update", "web", "--spend-per-hour-max", limit);

        Assert.NotEqual(ExitCode.Ok, refused.Code);
        Assert.Contains(error, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_limited_and_freed()
    {
        await using var server = await StartAsync();

        var limited = await server.GoodAsync("account", "update", "default", "--spend-per-hour-max", "12.5", "--json");
        var freed = await server.GoodAsync("account", "update", "default", "--spend-per-hour-max", "off", "--json");

        Assert.Contains("\"spend_per_hour_max\": 12.5", limited.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("spend_per_hour_max", freed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Placements_show_their_costs_and_what_nobody_knows_as_unknown()
    {
        await using var server = await StartAsync("64m");
        await server.GoodAsync("template", "create", "web", "--cloud", "local", "--image", "sleep 1000");
        await server.GoodAsync("template", "create", "big", "--cloud", "local", "--image", "sleep 1000", "--size", "64m");
        await server.GoodAsync("group", "create", "shop", "--capacity", "0", "--placement", "a=web", "--placement", "b=big");

        var shown = (await server.GoodAsync("group", "show", "shop")).Out;
        var status = (await server.GoodAsync("status")).Out;

        Assert.Contains("EUR/H", shown, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^a .* unknown ", shown);
        Assert.Matches(@"(?m)^b .* 0 \(0\.25 each\) ", shown);
        Assert.Matches(@"(?m)^Prices: +1 in EUR$", status);
    }

    [Fact]
    public async Task A_file_of_prices_that_went_wrong_is_seen_in_the_status()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("prices.toml", "");
        await using var server = await RunningServer.StartAsync(config => config.Prices.File = path);
        directory.Write("prices.toml", "[[price]]\ncloud = 1\n");

        // The file is looked at once a second at most.
        await Patiently.UntilAsync(
            async () => (await server.GoodAsync("status")).Out.Contains(
                "the prices stay as they were, since their file is wrong", StringComparison.Ordinal),
            "the status tells of the file");
    }

    private static Task<RunningServer> StartAsync(string? size = null) => RunningServer.StartAsync(config =>
    {
        config.Prices.Fixed = [new() { Cloud = "local", Size = size, Amount = 0.25m, Currency = "EUR" }];
        config.Prices.Book = PriceBook.Of([.. config.Prices.Fixed]);
    });
}
