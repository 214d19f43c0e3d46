using Muster.Core;
using Muster.Core.Metrics;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Metrics;

public sealed class ReadingLogTests
{
    private readonly ReadingLog _log = new(Some.GroupId);

    [Fact]
    public void Readings_of_the_last_hour_stand_together_by_time_and_older_ones_are_gone()
    {
        for (var second = 0; second <= 2 * 3600; second += 15)
        {
            _log.Add("cpu", new(Some.Now.AddSeconds(second), second));
        }

        var recent = _log.Recent("cpu");
        Assert.Equal(241, recent.Length);
        Assert.Equal((3600, 7200), (recent[0].Value, recent[^1].Value));
    }

    [Fact]
    public void A_reading_that_is_not_newer_says_nothing_new()
    {
        _log.Add("cpu", new(Some.Now, 1));
        _log.Add("cpu", new(Some.Now, 2));
        _log.Add("cpu", new(Some.Now.AddSeconds(-1), 3));

        Assert.Equal([new Reading(Some.Now, 1)], _log.Recent("cpu").ToArray());
    }

    [Fact]
    public void Of_each_whole_hour_the_highest_load_is_kept_and_the_hour_that_goes_on_is_not_shown()
    {
        _log.Add("cpu", new(Some.Now, 50, 2));
        _log.Add("cpu", new(Some.Now.AddMinutes(10), 40, 4));
        _log.Add("cpu", new(Some.Now.AddMinutes(20), 60, 1));
        _log.Add("cpu", new(Some.Now.AddMinutes(61), 90, 1));

        Assert.Equal([new Reading(Some.Now.AddMinutes(10), 40, 4)], _log.Hours("cpu").ToArray());
    }

    [Fact]
    public void What_a_store_has_kept_goes_on_where_it_ended()
    {
        _log.Add("cpu", new(Some.Now, 1));
        _log.Add("cpu", new(Some.Now.AddSeconds(15), 2));
        var kept = _log.TakeNews();
        _log.OnWritten([]);
        Assert.Empty(_log.TakeNews());

        var next = new ReadingLog(Some.GroupId);
        next.Load("cpu", kept);
        Assert.Empty(next.TakeNews());
        next.Add("cpu", new(Some.Now.AddSeconds(30), 3));

        Assert.Equal([1, 2, 3], next.Recent("cpu").ToArray().Select(reading => reading.Value));
        var raw = Assert.Single(next.TakeNews(), chunk => chunk.Resolution is Resolution.Raw);
        Assert.Equal([1, 2, 3], raw.Readings.Select(reading => reading.Value));
        var minute = Assert.Single(next.TakeNews(), chunk => chunk.Resolution is Resolution.Minute);
        Assert.Equal([3], minute.Readings.Select(reading => reading.Value));
    }

    [Fact]
    public void A_chunk_that_was_begun_is_written_whole_and_only_those_that_changed_are()
    {
        for (var minute = 0; minute < 25; minute++)
        {
            _log.Add("cpu", new(Some.Now.AddMinutes(minute), minute));
        }

        _ = _log.TakeNews();
        _log.OnWritten([]);
        _log.Add("cpu", new(Some.Now.AddMinutes(25), 25));

        var raw = Assert.Single(_log.TakeNews(), chunk => chunk.Resolution is Resolution.Raw);
        Assert.Equal(Some.Now.AddMinutes(20), raw.StartsAt);
        Assert.Equal([20, 21, 22, 23, 24, 25], raw.Readings.Select(reading => reading.Value));
    }
}
