using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>A watch on a simulated cloud, until disposed of.</summary>
public sealed class CloudWatch : IDisposable
{
    private readonly HintStream stream;
    private readonly Action stop;

    internal CloudWatch(HintStream stream, Action stop)
    {
        this.stream = stream;
        this.stop = stop;
    }

    /// <summary>The next hint.</summary>
    /// <exception cref="CloudException">The stream broke.</exception>
    public Task<CloudChange> NextAsync(CancellationToken cancellationToken) => stream.NextAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => stop();
}
