namespace Muster.Core.Clouds;

/// <summary>
/// The pace at which the requests of one operation on a cloud may leave. It travels with the operation down to where they do.
/// </summary>
/// <remarks>
/// An operation of the port may take a cloud several requests: a look, a creation, a start. Whoever sends them asks here before each,
/// so that a new request in an old operation cannot be forgotten. Without a pace, as in a cloud's own tests, nobody waits.
/// </remarks>
public abstract class CallPace
{
    private static readonly AsyncLocal<CallPace?> Travelling = new();

    /// <summary>Waits until a request that only looks may leave.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Unavailable"/>: whoever gives the right does not answer; the request must not leave.
    /// </exception>
    public static ValueTask BeforeReadAsync(CancellationToken cancellationToken) =>
        Travelling.Value?.ReadAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Waits until a request that may change something may leave.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Unavailable"/>: whoever gives the right does not answer; the request must not leave.
    /// </exception>
    public static ValueTask BeforeWriteAsync(CancellationToken cancellationToken) =>
        Travelling.Value?.WriteAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Tells of a refusal that the operation survives, and so does not throw.</summary>
    public static void Survived(CloudException refusal) => Travelling.Value?.OnSurvived(refusal);

    /// <summary>
    /// Has this pace travel with what the calling method starts from here on. It is taken off when that async method returns.
    /// </summary>
    protected void Travel() => Travelling.Value = this;

    /// <summary>Waits for the right to make one call that only looks.</summary>
    protected abstract ValueTask ReadAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the right to make one call that may change something.</summary>
    protected abstract ValueTask WriteAsync(CancellationToken cancellationToken);

    /// <summary>Hears of a refusal that nobody throws.</summary>
    protected abstract void OnSurvived(CloudException refusal);
}
