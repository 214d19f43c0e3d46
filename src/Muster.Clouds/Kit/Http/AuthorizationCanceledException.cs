namespace Muster.Clouds.Kit.Http;

/// <summary>A call was given up before anything proved who asks: surely nothing was sent.</summary>
/// <param name="cause">What the wait for the proof ended with.</param>
/// <param name="cancellationToken">What ended it.</param>
internal sealed class AuthorizationCanceledException(Exception cause, CancellationToken cancellationToken)
    : OperationCanceledException(cause.Message, cause, cancellationToken);
