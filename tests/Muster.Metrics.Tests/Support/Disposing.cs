namespace Muster.Metrics.Tests.Support;

/// <summary>What is disposed of at once, where what takes its time is expected.</summary>
internal sealed class Disposing(IDisposable inner) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        inner.Dispose();
        return ValueTask.CompletedTask;
    }
}
