
namespace Muster.Triton.Facade;

/// <summary>Now, to the microsecond: what the store keeps, so that the answer to a request and every later one say the same.</summary>
internal sealed class TsgClock(TimeProvider timeProvider)
{
    public DateTimeOffset Now()
    {
        var now = timeProvider.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
