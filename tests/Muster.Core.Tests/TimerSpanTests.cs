using Muster.Core.Pulsing;

namespace Muster.Core.Tests;

public sealed class TimerSpanTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(1, TimeSpan.TicksPerMillisecond)]
    [InlineData(TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerMillisecond)]
    [InlineData(long.MaxValue, 49 * TimeSpan.TicksPerDay)]
    public void Any_span_becomes_one_that_a_timer_takes(long ticks, long expected) =>
        Assert.Equal(expected, TimerSpan.Of(TimeSpan.FromTicks(ticks)).Ticks);

    [Fact]
    public async Task An_alarm_is_set_for_any_time()
    {
        // The system's timers: a fake clock's take what these refuse.
        using var alarm = new Alarm(TimeProvider.System);

        foreach (var delay in new[] { TimeSpan.FromDays(50), TimeSpan.FromDays(300_000), TimeSpan.MaxValue })
        {
            var waiting = alarm.WaitAsync(delay);
            Assert.False(waiting.IsCompleted);
            alarm.Ring();
            await waiting;
        }
    }
}
