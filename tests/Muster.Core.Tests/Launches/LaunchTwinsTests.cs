using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Tests.Launches;

public sealed class LaunchTwinsTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string One = "5d0f7a52-9c0e-4b7f-8d53-6a3f1c2b9e10";
    private static readonly string Other = "5d0f7a52-9c0e-4b7f-8d53-6a3f1c2b9e11";

    [Fact]
    public void Of_twins_the_oldest_stays_and_ties_go_by_id() => Assert.Equal(
        ["b", "c"],
        LaunchTwins.Surplus([Made("c", One), Made("a", One), Made("b", One)]).Select(instance => instance.Id.Value));

    [Fact]
    public void The_order_of_the_listing_does_not_matter()
    {
        Assert.Equal("b", Assert.Single(LaunchTwins.Surplus([Made("a", One, age: 1), Made("b", One)])).Id.Value);
        Assert.Equal("b", Assert.Single(LaunchTwins.Surplus([Made("b", One), Made("a", One, age: 1)])).Id.Value);
    }

    [Fact]
    public void Those_of_different_launches_are_no_twins_nor_is_one_of_no_launch() => Assert.Empty(
        LaunchTwins.Surplus([Made("a", One), Made("b", Other), Made("c", launch: null), Made("d", launch: null)]));

    [Fact]
    public void A_dead_one_is_nobodys_twin() => Assert.Empty(
        LaunchTwins.Surplus([Made("a", One) with { State = InstanceState.Failed }, Made("b", One)]));

    private static Instance Made(string id, string? launch, int age = 0) => new()
    {
        Id = new(id),
        Name = id,
        State = InstanceState.Running,
        CreatedAt = Start.AddSeconds(-age),
        Tags = launch is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Launch, launch),
    };
}
