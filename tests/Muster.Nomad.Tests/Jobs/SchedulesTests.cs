using CsCheck;

using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Simulators.Nomad.Jobs;

namespace Muster.Nomad.Tests.Jobs;

public sealed class SchedulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 18, 41, 30, TimeSpan.Zero);

    [Fact]
    public void A_job_runs_evenly_and_at_least_as_often_as_asked() => Gen.Select(Gen.Guid, Gen.Int[5, 3600]).Sample((group, seconds) =>
    {
        var interval = TimeSpan.FromSeconds(seconds);
        var line = CronLine.Parse(Schedules.Spec(JobKey.Of(new GroupId(group)), interval));
        var first = line.Next(Start, TimeZoneInfo.Utc)!.Value;
        var at = first;
        for (var i = 0; i < 100; i++)
        {
            var next = line.Next(at, TimeZoneInfo.Utc)!.Value;
            Assert.Equal(Schedules.Kept(interval), next - at);
            at = next;
        }

        Assert.True(Schedules.Kept(interval) <= interval);
        Assert.True(Schedules.Kept(interval) * 2.01 > interval);
    }, iter: 200);

    [Theory]
    [InlineData(5, 5)]
    [InlineData(7, 6)]
    [InlineData(45, 30)]
    [InlineData(60, 60)]
    [InlineData(90, 60)]
    [InlineData(420, 360)]
    [InlineData(3600, 3600)]
    public void An_interval_that_no_cron_line_keeps_becomes_the_next_shorter_one(int asked, int kept) =>
        Assert.Equal(TimeSpan.FromSeconds(kept), Schedules.Kept(TimeSpan.FromSeconds(asked)));

    [Fact]
    public void Ten_thousand_groups_do_not_start_in_one_second()
    {
        var random = new Support.SeededRandom(1);
        var seconds = Enumerable.Range(0, 10_000)
            .Select(_ => Schedules.Spec(JobKey.Of(new GroupId(random.NextId())), TimeSpan.FromSeconds(60)).Split(' ')[0])
            .CountBy(second => second)
            .ToDictionary();

        Assert.Equal(60, seconds.Count);
        Assert.All(seconds.Values, count => Assert.InRange(count, 100, 250));
    }

    // As a real Nomad 1.0.18 answered on 23 November 2026 at 18:41:30 and a bit.
    [Theory]
    [InlineData("*/15 * * * *", "2026-11-23T18:45:00Z")]
    [InlineData("*/15 * * * * *", "2026-11-23T18:45:00Z")]
    [InlineData("*/15 * * * * * *", "2026-11-23T18:41:45Z")]
    [InlineData("30 * * * * * *", "2026-11-23T18:42:30Z")]
    [InlineData("@hourly", "2026-11-23T19:00:00Z")]
    [InlineData("0 0 30 2 *", null)]
    [InlineData("0 0 * * * 2000", null)]
    [InlineData("0 0 ? * 1", "2026-11-30T00:00:00Z")]
    [InlineData("0 0 1 1 1", "2027-01-01T00:00:00Z")]
    [InlineData("5/20 * * * *", "2026-11-23T18:45:00Z")]
    [InlineData("  */5   *  * * *  ", "2026-11-23T18:45:00Z")]
    public void The_simulated_Nomad_reads_cron_lines_as_the_real_one(string line, string? next) =>
        Assert.Equal(
            next is null ? null : DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture),
            CronLine.Parse(line).Next(Start, TimeZoneInfo.Utc));
}
