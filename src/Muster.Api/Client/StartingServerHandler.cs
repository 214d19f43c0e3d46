using System.Net.Sockets;

namespace Muster.Api.Client;

/// <summary>
/// Waits a moment for a server on this machine that does not listen yet: <c>muster server &amp;</c> and the command after it, in one paste.
/// </summary>
/// <remarks>A request whose connection was refused has gone nowhere, so that it may be sent again, whatever it is.</remarks>
/// <param name="inner">What sends.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class StartingServerHandler(HttpMessageHandler inner, TimeProvider timeProvider) : DelegatingHandler(inner)
{
    /// <summary>For how long: a server listens after a tenth of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var begunAt = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException error) when (
                error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                && timeProvider.GetElapsedTime(begunAt) < Patience)
            {
                await Task.Delay(Pause, timeProvider, cancellationToken);
            }
        }
    }
}
