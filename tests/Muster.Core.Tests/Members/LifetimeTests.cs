using Muster.Core.Members;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Members;

public sealed class LifetimeTests
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public void Each_instance_has_up_to_a_tenth_less_than_the_most_and_always_the_same()
    {
        var spread = Enumerable.Range(0, 1000).Select(number => Of(number)).ToList();

        Assert.All(spread, lifetime => Assert.InRange(lifetime, Week * 0.9, Week));
        Assert.Equal(spread, Enumerable.Range(0, 1000).Select(Of));

        // A group that was launched at once is spread over the whole tenth.
        var tenths = spread.GroupBy(one => (int)((Week - one) / (Week * 0.1) * 10)).ToList();
        Assert.Equal(10, tenths.Count);
        Assert.All(tenths, tenth => Assert.InRange(tenth.Count(), 50, 150));

        static TimeSpan Of(int number) => Lifetime.Left(Some.Instance(number) with { CreatedAt = Some.Now }, Week, Some.Now);
    }

    [Fact]
    public void What_is_left_shrinks_with_the_clock_and_its_end_stays_where_it_is()
    {
        var instance = Some.Instance(1) with { CreatedAt = Some.Now };

        var (before, after) = (Lifetime.Left(instance, Week, Some.Now), Lifetime.Left(instance, Week, Some.Now.AddHours(5)));

        Assert.Equal(TimeSpan.FromHours(5), before - after);
        Assert.Equal(Lifetime.EndsAt(instance, Week, Some.Now), Lifetime.EndsAt(instance, Week, Some.Now.AddHours(5)));
    }

    [Fact]
    public void A_cloud_whose_clock_is_odd_breaks_nothing()
    {
        var future = Some.Instance(1) with { CreatedAt = DateTimeOffset.MaxValue };
        var past = Some.Instance(1) with { CreatedAt = DateTimeOffset.MinValue };

        Assert.InRange(Lifetime.Left(future, Week, Some.Now), Week * 0.9, Week);
        Assert.True(Lifetime.Left(past, Week, Some.Now) < TimeSpan.Zero);
    }
}
