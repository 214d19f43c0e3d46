using Muster.Simulation.Randomness;

namespace Muster.Simulation.Tests.Randomness;

public sealed class RandomStreamTests
{
    /// <summary>A kept seed must mean the same for ever: these numbers may never change.</summary>
    [Fact]
    public void A_seed_gives_the_same_numbers_for_ever()
    {
        var stream = new RandomStream(1);

        Assert.Equal(
            [12966619160104079557UL, 9600361134598540522UL, 10590380919521690900UL],
            [stream.Next(), stream.Next(), stream.Next()]);
        Assert.Equal(new RandomStream(1).NextId(), new RandomStream(1).NextId());
    }

    [Fact]
    public void Streams_for_different_purposes_share_nothing()
    {
        var draws = new HashSet<ulong>();
        foreach (var purpose in (string[])["weather", "people", "order", "p1.1/ids", "p1.2/ids"])
        {
            var stream = RandomStream.For(1, purpose);
            for (var i = 0; i < 100; i++)
            {
                Assert.True(draws.Add(stream.Next()), $"{purpose} repeats another stream");
            }
        }
    }

    [Fact]
    public void Draws_stay_within_their_bounds_and_reach_them()
    {
        var stream = new RandomStream(7);
        var numbers = Enumerable.Range(0, 1000).Select(_ => stream.NextInt(3, 5)).ToList();

        Assert.Equal([3, 4, 5], numbers.Distinct().Order());
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(stream.NextUnit(), 0, 0.9999999999999999));
        Assert.All(
            Enumerable.Range(0, 1000),
            _ => Assert.InRange(stream.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)).TotalSeconds, 1, 2));
    }

    [Fact]
    public void Ids_are_version_4()
    {
        var id = new RandomStream(3).NextId();

        Assert.Equal(4, id.Version);
        Assert.InRange(id.Variant, 8, 11);
    }
}
