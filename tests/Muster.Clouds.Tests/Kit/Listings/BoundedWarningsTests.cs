using Microsoft.Extensions.Time.Testing;
using Muster.Clouds.Kit.Listings;

namespace Muster.Clouds.Tests.Kit.Listings;

public sealed class BoundedWarningsTests
{
    private readonly List<string> _said = [];
    private readonly FakeTimeProvider _timeProvider = new();

    [Fact]
    public void The_same_is_said_once_an_hour()
    {
        var warnings = new BoundedWarnings(_said.Add, _timeProvider);

        for (var second = 0; second < 2 * 3600; second++)
        {
            warnings.Tell("odd");
            _timeProvider.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["odd", "odd"], _said);
    }

    [Fact]
    public void Many_different_things_are_said_up_to_a_number()
    {
        var warnings = new BoundedWarnings(_said.Add, _timeProvider);

        for (var i = 0; i < 1000; i++)
        {
            warnings.Tell($"odd {i}");
        }

        Assert.Equal(21, _said.Count);
        Assert.Equal("more than 20 different things are odd; the rest is not told for an hour", _said[^1]);
    }
}
