using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Clouds.Tests.Exec;

public sealed class ExecZonesTests
{
    private const string Zoned = """
        #
        case $1 in describe) echo '{"contract":1,"launch_tokens":true,"zones":true}'; exit;; esac
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_hands_the_zone_on_and_an_instance_tells_where_it_is()
    {
        await using var cloud = new ScriptedCloud($$"""
            {{Zoned}}
            cat >request
            echo '{"id":"i-1","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{},"zone":"east"}'
            """);

        var launched = await cloud.Cloud.LaunchAsync(Requests.Make("image") with { Zone = "east" }, Cancellation);

        Assert.Equal("east", launched.Zone);
        Assert.Contains("\"zone\":\"east\"", cloud.ReadFile("request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_lists_the_zones()
    {
        await using var cloud = new ScriptedCloud($$"""
            {{Zoned}}
            [ "$1" = zones ] && echo '{"zones":["b","a"]}'
            """);

        Assert.Equal(["b", "a"], await GovernedCloud.Over("mine", cloud.Cloud, TimeProvider.System).Zones!.ListZonesAsync(Cancellation));
    }

    // It would take anything for a launch, and knows nothing of zones.
    [Fact]
    public async Task An_executable_from_before_has_no_zones_and_is_not_called_for_a_launch_in_one()
    {
        await using var cloud = new ScriptedCloud($"echo $1 >>called; echo '{ScriptedCloud.Instance}'");

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.Cloud.LaunchAsync(Requests.Make("image") with { Zone = "east" }, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "zone is 'east': this cloud has no zones; leave it out"), (error.Kind, error.Message));
        Assert.Null(GovernedCloud.Over("mine", cloud.Cloud, TimeProvider.System).Zones);
        Assert.Empty(await ((IZonedCloud)cloud.Cloud).ListZonesAsync(Cancellation));
        Assert.False(File.Exists(Path.Combine(cloud.WorkingDirectory, "called")));
        Assert.Null((await cloud.LaunchAsync()).Zone);
    }

    [Theory]
    [InlineData("""{}""", "its output must have zones")]
    [InlineData("""{"zones":["a","a"]}""", "zones[1] must have a name of its own")]
    [InlineData("""{"zones":["a b"]}""", "zones[0] must have a name of its own")]
    [InlineData("""{"zones":[null]}""", "zones[0] must have a name of its own")]
    public async Task A_list_that_breaks_the_contract_is_told(string answer, string message)
    {
        await using var cloud = new ScriptedCloud($"{Zoned}\necho '{answer}'");

        var error = await Assert.ThrowsAsync<CloudException>(() => ((IZonedCloud)cloud.Cloud).ListZonesAsync(Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out_of_stock", CloudErrorKind.OutOfStock)]
    [InlineData("quota_exceeded", CloudErrorKind.QuotaExceeded)]
    public async Task A_zone_that_is_full_is_told_as_such(string word, CloudErrorKind kind)
    {
        await using var cloud = new ScriptedCloud(
            $$$"""
            {{{Zoned}}}
            echo '{"error":{"kind":"{{{word}}}","message":"east is full"}}'; exit 1
            """);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.Cloud.LaunchAsync(Requests.Make("image") with { Zone = "east" }, Cancellation));

        Assert.Equal((kind, "east is full"), (error.Kind, error.Message));
    }
}
