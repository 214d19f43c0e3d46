using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Incus;

/// <summary>A cluster of one member, whose zone is that member, and groups of members as targets.</summary>
public sealed class IncusClusterTests(LxdDaemon daemon) : IClassFixture<LxdDaemon>, IAsyncLifetime
{
    private const string Member = "one";

    private LxdHarness? _harness;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ICloud Cloud => _harness!.Cloud;

    public async ValueTask InitializeAsync()
    {
        daemon.SkipUnlessRunning();
        if (!(await daemon.RunAsync("query", "/1.0")).Contains("\"server_clustered\": true", StringComparison.Ordinal))
        {
            await daemon.RunAsync("cluster", "enable", Member);
        }

        _harness = new LxdHarness(daemon, "incus");
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    public static TheoryData<string> Rules =>
        [.. CloudRules.Sentences.Where(one => one.Contains("zone", StringComparison.OrdinalIgnoreCase))];

    [Theory]
    [MemberData(nameof(Rules))]
    public Task The_rules_about_zones_are_kept(string rule) =>
        CloudRules.TryAsync(rule, _harness!, new(_harness!.Random.NextId()), Cancellation);

    [Theory]
    [InlineData("@default")]
    [InlineData(Member)]
    public async Task A_target_is_a_member_or_a_group_of_members(string target) =>
        Assert.Equal(Member, (await LaunchAsync(target)).Zone);

    [Theory]
    [InlineData("two")]
    [InlineData("@fast")]
    public async Task A_target_that_is_not_there_is_a_bad_template(string target)
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(target));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith($"options.target is '{target}': incus POST /1.0/instances: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tells_of_the_members()
    {
        var steps = await ((ISelfDescribingCloud)Cloud).DescribeAsync(Cancellation);

        Assert.Equal(new CloudStep("members", IsGood: true, "online members: one"), steps[^1]);
        Assert.Equal([Member], await ((IZonedCloud)Cloud).ListZonesAsync(Cancellation));
    }

    private Task<Instance> LaunchAsync(string target) => Cloud.LaunchAsync(
        Requests.Make(Requests.Template(LxdDaemon.Image) with
        {
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("target", target),
        }),
        Cancellation);
}
