using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>A watch on a simulated cloud, until disposed of.</summary>
public sealed class CloudWatch : IDisposable
{
    private readonly HintStream _stream;
    private readonly Action _stop;

    internal CloudWatch(HintStream stream, Action stop)
    {
        _stream = stream;
        _stop = stop;
    }

    /// <summary>The next hint.</summary>
    /// <exception cref="CloudException">The stream broke.</exception>
    public Task<CloudChange> NextAsync(CancellationToken cancellationToken) => _stream.NextAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _stop();
}
