namespace Muster.Clouds.Kit.Http;

/// <summary>Puts on each request, one that opens a web socket included, what proves who asks. Within the call's time-out.</summary>
/// <param name="inner">Sends; disposed with this.</param>
/// <param name="authorize">Puts it on; may wait, as for a token or an agent.</param>
internal sealed class AuthorizingHandler(HttpMessageHandler inner, Func<HttpRequestMessage, CancellationToken, ValueTask> authorize)
    : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await authorize(request, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
