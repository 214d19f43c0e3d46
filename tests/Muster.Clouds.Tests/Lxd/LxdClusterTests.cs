using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>A real daemon that is a cluster of one member, whose zone is that member.</summary>
public sealed class LxdClusterTests(LxdDaemon daemon) : IClassFixture<LxdDaemon>, IAsyncLifetime
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

        _harness = new LxdHarness(daemon);
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task Its_members_are_the_zones() => Assert.Equal([Member], await ((IZonedCloud)Cloud).ListZonesAsync(Cancellation));

    public static TheoryData<string> Rules =>
        [.. CloudRules.Sentences.Where(one => one.Contains("zone", StringComparison.OrdinalIgnoreCase))];

    [Theory]
    [MemberData(nameof(Rules))]
    public Task The_rules_about_zones_are_kept(string rule) =>
        CloudRules.TryAsync(rule, _harness!, new(_harness!.Random.NextId()), Cancellation);

    [Theory]
    [InlineData("two", "zone is 'two': the zones of this cloud are one")]
    [InlineData("@default", "zone is '@default': a member of the cluster; a group of members is for the template's option target")]
    public async Task A_zone_that_is_no_member_is_refused(string zone, string message)
    {
        var error = await RefusalAsync(Requests.Template(LxdDaemon.Image), zone);

        Assert.Equal((CloudErrorKind.InvalidRequest, message), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_zone_and_another_target_contradict_each_other()
    {
        var good = Requests.Template(LxdDaemon.Image);
        Template Targeting(string member) => good with { Options = good.Options.SetItem("target", member) };

        var error = await RefusalAsync(Targeting("two"), Member);
        var launched = await LaunchAsync(Targeting(Member), Member);

        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "zone is 'one': the template's options.target is 'two'; leave one of them out"),
            (error.Kind, error.Message));
        Assert.Equal(Member, launched.Zone);
    }

    [Fact]
    public async Task What_else_is_wrong_in_a_zone_is_told_as_it_is()
    {
        var error = await RefusalAsync(Requests.Template("no-such-image"), Member);

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith("image is 'no-such-image': ", error.Message, StringComparison.Ordinal);
    }

    private Task<Instance> LaunchAsync(Template template, string zone) =>
        Cloud.LaunchAsync(Requests.Make(template) with { Zone = zone }, Cancellation);

    private Task<CloudException> RefusalAsync(Template template, string zone) =>
        Assert.ThrowsAsync<CloudException>(() => LaunchAsync(template, zone));
}
