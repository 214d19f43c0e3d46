using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Health.Probes;

namespace Muster.Health.Tests.Support;

/// <summary>Probes of one real instance, one after the other.</summary>
internal sealed class Probing : IDisposable
{
    private readonly Prober _prober;
    private readonly ProbeTarget _target;

    /// <param name="check">How.</param>
    /// <param name="instance">Whom; one at loopback unless given.</param>
    /// <param name="keptMax">How many connections are kept.</param>
    /// <param name="timeProvider">The clock.</param>
    public Probing(HealthCheck check, Instance? instance = null, int keptMax = 10, TimeProvider? timeProvider = null)
    {
        _prober = new(timeProvider ?? TimeProvider.System, keptMax);
        _target = new(new(check), instance ?? Some.Instance(address: "127.0.0.1"));
    }

    public long Connections => _prober.Connections;

    /// <summary>One probe that waits as long as a slow machine needs.</summary>
    public static async Task<ProbeResult> OnceAsync(HealthCheck check, Instance? instance = null)
    {
        using var probing = new Probing(check with { Timeout = TimeSpan.FromSeconds(50) }, instance);
        return await probing.AskAsync();
    }

    public async Task<ProbeResult> AskAsync(CancellationToken stopping = default) => await _prober.ProbeAsync(_target, stopping);

    public void Dispose() => _target.Dispose();
}
