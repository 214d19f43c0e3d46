namespace Muster.Terraform.Tests.Support;

/// <summary>Time in which every wait is over a hundred times sooner.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Haste = 100;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private static TimeSpan Sooner(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Haste;
}
