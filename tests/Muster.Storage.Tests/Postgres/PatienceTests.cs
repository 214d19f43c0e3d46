using Muster.Core;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Tests.Postgres;

public sealed class PatienceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.999)]
    public async Task Waits_grow_to_a_second_and_end_after_ten(double unit)
    {
        var timeProvider = new LeapingTime();
        var patience = new Patience(new FixedRandom(unit), timeProvider);
        var waits = new List<TimeSpan>();
        for (var last = timeProvider.Elapsed; await patience.WaitAsync(TestContext.Current.CancellationToken); last = timeProvider.Elapsed)
        {
            waits.Add(timeProvider.Elapsed - last);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[0], TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(4));
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(timeProvider.Elapsed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
        Assert.InRange(waits.Count, 15, 40);
    }

    private sealed class FixedRandom(double unit) : IRandomSource
    {
        public Guid NextId() => throw new NotSupportedException();

        public double NextUnit() => unit;
    }

    /// <summary>A clock on which every wait is over at once, and time has passed.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        public TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Elapsed += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
