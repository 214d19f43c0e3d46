using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>Puts on each request, one that opens a web socket included, what proves who asks. Within the call's time-out.</summary>
/// <param name="inner">Sends; disposed with this.</param>
/// <param name="authorize">Puts it on; may wait, as for a token or an agent.</param>
/// <remarks>
/// A request without its proof is not sent. So whatever goes wrong with the proof, no failure leaves a doubt or speaks of what the call
/// is about: a token service's "not found" must not read as an instance that is gone.
/// </remarks>
internal sealed class AuthorizingHandler(HttpMessageHandler inner, Func<HttpRequestMessage, CancellationToken, ValueTask> authorize)
    : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    /// <exception cref="CloudException">
    /// The proof cannot be had: <see cref="CloudErrorKind.Unauthorized"/> or <see cref="CloudErrorKind.Throttled"/> where the failure says
    /// so, <see cref="CloudErrorKind.Unavailable"/> otherwise.
    /// </exception>
    /// <exception cref="AuthorizationCanceledException">The call was given up before.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            await authorize(request, cancellationToken);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new AuthorizationCanceledException(error, cancellationToken);
        }
        catch (CloudException error) when (!IsOfTheProof(error.Kind))
        {
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, error.RetryAfter, error);
        }
        catch (Exception error) when (error is not CloudException)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"what proves who asks cannot be had: {error.Message}", innerException: error);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private static bool IsOfTheProof(CloudErrorKind kind) =>
        kind is CloudErrorKind.Unauthorized or CloudErrorKind.Throttled or CloudErrorKind.Unavailable;
}
