namespace Muster.Server.Authentication;

/// <summary>Somebody's welcome, as long as it is watched.</summary>
/// <param name="end">Ends the watching.</param>
/// <param name="ended">Cancelled when it is over.</param>
/// <param name="doubted">Cancelled when the store did not say.</param>
internal sealed class CallerWelcome(Func<ValueTask> end, CancellationToken ended, CancellationToken doubted) : IAsyncDisposable
{
    /// <summary>Cancelled when the caller is no longer welcome.</summary>
    public CancellationToken Ended => ended;

    /// <summary>
    /// Cancelled when the store once did not say whether the caller is still welcome. Enough to send away who comes again and is asked
    /// anew; nothing that cannot be had again may end by it.
    /// </summary>
    public CancellationToken Doubted => doubted;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end();
}
