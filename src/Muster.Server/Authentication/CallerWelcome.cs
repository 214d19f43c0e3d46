namespace Muster.Server.Authentication;

/// <summary>Somebody's welcome, as long as it is watched.</summary>
/// <param name="end">Ends the watching.</param>
/// <param name="ended">Cancelled when it is over.</param>
internal sealed class CallerWelcome(Func<ValueTask> end, CancellationToken ended) : IAsyncDisposable
{
    /// <summary>Cancelled when the caller is no longer welcome.</summary>
    public CancellationToken Ended => ended;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end();
}
