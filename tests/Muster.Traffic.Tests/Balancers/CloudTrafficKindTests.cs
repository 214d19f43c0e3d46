using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Traffic;
using Muster.Traffic.Balancers;
using Muster.Traffic.Kit;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Balancers;

public sealed class CloudTrafficKindTests
{
    private readonly List<string> _opened = [];

    [Fact]
    public async Task It_opens_the_load_balancers_of_the_cloud_that_it_names_when_they_are_needed()
    {
        await using var source = new CloudTrafficKind().Open(Setup(["rack", "attic"], ("cloud", "rack"), ("settle", "45s")));
        Assert.Empty(_opened);

        await source.ListAsync(Some.Scope(), [], TestContext.Current.CancellationToken);

        Assert.Equal(["rack after 00:00:45"], _opened);
    }

    [Fact]
    public async Task What_is_open_has_half_a_minute_unless_set()
    {
        await using var source = new CloudTrafficKind().Open(Setup(["rack"], ("cloud", "rack")));

        await source.ListAsync(Some.Scope(), [], TestContext.Current.CancellationToken);

        Assert.Equal(["rack after 00:00:30"], _opened);
    }

    [Fact]
    public void A_cloud_without_load_balancers_is_refused_with_those_that_have_some() => Assert.Equal(
        ("traffic.own.cloud", "local", "a cloud with load balancers of its own: attic, rack"),
        RefusalOf(Setup(["rack", "attic"], ("cloud", "local"))));

    [Fact]
    public void Where_no_cloud_has_any_it_is_told_how_to_find_kinds_that_have() => Assert.Equal(
        ("traffic.own.cloud", "rack",
            "the name of a [[cloud]] with load balancers of its own, and there is none: muster cloud kinds --json names the kinds that "
            + "have \"balancers\""),
        RefusalOf(Setup([], ("cloud", "rack"))));

    [Fact]
    public void A_cloud_must_be_named() => Assert.Equal("traffic.own.cloud", RefusalOf(Setup(["rack"])).Field);

    [Fact]
    public void A_time_that_is_too_long_is_refused() =>
        Assert.Equal("traffic.own.settle", RefusalOf(Setup(["rack"], ("cloud", "rack"), ("settle", "2h"))).Field);

    private static (string Field, string? Value, string Allowed) RefusalOf(TrafficSetup setup)
    {
        var error = Assert.Single(Assert.Throws<InputException>(() => new CloudTrafficKind().Open(setup)).Errors);
        return (error.Field, error.Value, error.Allowed);
    }

    private TrafficSetup Setup(string[] clouds, params (string Name, string Value)[] options) => new()
    {
        Source = "own",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
        Balancers = clouds.ToImmutableSortedDictionary(
            cloud => cloud,
            cloud => (Func<BalancerSettings, ITrafficSource>)(settings =>
            {
                _opened.Add($"{cloud} after {settings.Settle}");
                return new FakeSource();
            }),
            StringComparer.Ordinal),
        Time = TimeProvider.System,
    };
}
