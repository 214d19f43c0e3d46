using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Prices;

namespace Muster.Clouds.Tests.Exec;

public sealed class ExecPricesTests
{
    private const string Priced = """
        #
        case $1 in describe) echo '{"contract":1,"prices":true}'; exit;; esac
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_verb_tells_what_instances_cost()
    {
        await using var cloud = new ScriptedCloud($$"""
            {{Priced}}
            [ "$1" = prices ] && echo '{"prices":[{"zone":"a","size":"small","interruptible":true,"amount":0.0104,"currency":"EUR"},
            {"amount":1,"currency":"EUR"}]}'
            """);

        var prices = await GovernedCloud.Over("mine", cloud.Cloud, TimeProvider.System).Prices!.ListPricesAsync(Cancellation);

        Assert.Equal([new("a", "small", true, 0.0104m, "EUR"), new(null, null, null, 1m, "EUR")], prices);
    }

    [Fact]
    public async Task An_executable_from_before_tells_none_and_is_not_asked()
    {
        await using var cloud = new ScriptedCloud("echo $1 >>called; echo '{\"prices\":[]}'");

        Assert.Empty(await ((IPricedCloud)cloud.Cloud).ListPricesAsync(Cancellation));
        Assert.Null(GovernedCloud.Over("mine", cloud.Cloud, TimeProvider.System).Prices);
        Assert.False(File.Exists(Path.Combine(cloud.WorkingDirectory, "called")));
    }

    [Fact]
    public async Task A_currency_can_be_shown_however_it_is_written()
    {
        await using var cloud = new ScriptedCloud(
            $$"""
            {{Priced}}
            printf '{"prices":[{"amount":1,"currency":"\\u001b[31m%01000000d"},{"zone":"a","amount":1,"currency":"%s"}]}' 0 "$MY_TOKEN"
            """,
            options => options.Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MY_TOKEN", "sesame-open"));

        var prices = await ((IPricedCloud)cloud.Cloud).ListPricesAsync(Cancellation);

        Assert.Equal([new(null, null, null, 1, @"\u001b[31m000000000000000..."), new("a", null, null, 1, "***")], prices);
    }

    [Fact]
    public async Task More_than_an_installation_can_have_are_refused()
    {
        await using var cloud = new ScriptedCloud(
            $$"""
            {{Priced}}
            printf '{"prices":[{"amount":1,"currency":"EUR"}'; i=0
            while [ $i -lt {{PriceRules.CountMax}} ]; do printf ',{"amount":1,"currency":"EUR"}'; i=$((i+1)); done; printf ']}'
            """);

        var error = await Assert.ThrowsAsync<CloudException>(() => ((IPricedCloud)cloud.Cloud).ListPricesAsync(Cancellation));

        Assert.Contains("its output must have 10000 prices at most, not 10001", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "its output must have prices")]
    [InlineData("""{"prices":[null]}""", "prices[0] must have an object")]
    [InlineData("""{"prices":[{"currency":"EUR"}]}""", "prices[0] must have an amount")]
    [InlineData("""{"prices":[{"amount":1}]}""", "prices[0] must have a currency")]
    public async Task A_list_that_breaks_the_contract_is_told(string answer, string message)
    {
        await using var cloud = new ScriptedCloud($"{Priced}\necho '{answer}'");

        var error = await Assert.ThrowsAsync<CloudException>(() => ((IPricedCloud)cloud.Cloud).ListPricesAsync(Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
