using Muster.Core.Clouds;
using Muster.Core.Governing;

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
