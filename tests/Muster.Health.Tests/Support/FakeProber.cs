using Muster.Health.Probes;

namespace Muster.Health.Tests.Support;

/// <summary>Answers as a test says, and remembers who was asked when.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class FakeProber(TimeProvider timeProvider) : IProber
{
    private readonly HashSet<string> _asking = [];

    public List<(DateTimeOffset At, string Address)> Asked { get; } = [];

    /// <summary>What an address answers; all are well unless a test says so.</summary>
    public Func<string, ProbeResult> Answer { get; set; } = _ => ProbeResult.Healthy;

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Most probes at once so far.</summary>
    public int AtOnceMax { get; private set; }

    public long Connections => 0;

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken stopping)
    {
        var address = target.Address?.Address.ToString() ?? "nowhere";
        Assert.True(_asking.Add(address), $"{address} is asked twice at once");
        AtOnceMax = Math.Max(AtOnceMax, _asking.Count);
        Asked.Add((timeProvider.GetUtcNow(), address));
        try
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, timeProvider, stopping);
            }

            return target.Address is null ? ProbeResult.Unknown(target.Obstacle!) : Answer(address);
        }
        finally
        {
            _asking.Remove(address);
        }
    }
}
