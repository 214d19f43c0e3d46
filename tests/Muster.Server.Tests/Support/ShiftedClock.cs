namespace Muster.Server.Tests.Support;

/// <summary>The real clock, moved: tokens expire without a wait, and the real web server's timers still run.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
