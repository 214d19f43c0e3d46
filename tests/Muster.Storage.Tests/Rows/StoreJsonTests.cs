using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Records;
using Muster.Storage.Rows;

namespace Muster.Storage.Tests.Rows;

/// <summary>What stores hold for ever: a change here makes older stores unreadable, and needs a migration.</summary>
public sealed class StoreJsonTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_000).AddMicroseconds(1);

    [Fact]
    public void The_shapes_in_the_store_stay_as_they_are()
    {
        Assert.Equal("""["a","b"]""", StoreJson.Write(["a", "b"]));
        Assert.Equal("""{"a":"1","b":"2"}""", StoreJson.Write(ImmutableSortedDictionary<string, string>.Empty.Add("b", "2").Add("a", "1")));
        Assert.Equal(
            """{"launches_in_flight_max":10,"launches_per_check_max":100,"terminations_per_check_max":100,"launches_per_hour_max":1000,"terminations_per_hour_max":1000}""",
            StoreJson.Write(new Brakes()));
        Assert.Equal(
            """{"failures_in_row":5,"failed_at_us":1000001,"probe_at_us":1000002,"probe_interval_us":15000000,"last_failure":"boot"}""",
            StoreJson.Write(new LaunchBreaker { FailuresInRow = 5, FailedAt = At, ProbeAt = At.AddMicroseconds(1), LastFailure = "boot" }));
        Assert.Equal("""[{"start_s":300,"count":2}]""", StoreJson.Write(new HourlyCount([new HourlyBucket(300, 2)])));
        Assert.Equal(
            """[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":true}]""",
            StoreJson.Write([new RecentTermination(new("i-1"), At, "2 too many", IsTold: true)]));
        Assert.Equal(
            """[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":false,"first_at_us":1000000,"failures":2,"failure":"refused","retry_at_us":1000002}]""",
            StoreJson.Write([new RecentTermination(new("i-1"), At, "2 too many", IsTold: false)
            {
                FirstAt = At.AddMicroseconds(-1), Failures = 2, Failure = "refused", RetryAt = At.AddMicroseconds(1),
            }]));
        Assert.Equal(
            """{"muster.group_name":"web"}""",
            StoreJson.Write(new LaunchTags(ImmutableSortedDictionary<string, string>.Empty.Add("muster.group_name", "web"))));
    }

    [Fact]
    public void A_termination_of_before_refusals_were_remembered_is_read() => Assert.Equal(
        [new RecentTermination(new("i-1"), At, "2 too many", IsTold: true)],
        StoreJson.ReadTerminations("""[{"instance":"i-1","at_us":1000001,"reason":"2 too many","is_told":true}]"""));

    [Fact]
    public void Nothing_is_kept_as_null()
    {
        Assert.Null(StoreJson.Write(LaunchBreaker.Closed));
        Assert.Null(StoreJson.Write(HourlyCount.Empty));
        Assert.Null(StoreJson.Write(ImmutableArray<RecentTermination>.Empty));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_924_992_000_123_456)]
    public void A_time_comes_back_to_the_microsecond(long microseconds) =>
        Assert.Equal(microseconds, Microseconds.From(Microseconds.ToTime(microseconds)));
}
