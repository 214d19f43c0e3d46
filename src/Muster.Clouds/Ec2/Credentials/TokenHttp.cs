using System.Net;
using System.Text;

using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Asks those who give credentials out: STS, single sign-on, a container's agent, an instance's metadata service.</summary>
/// <remarks>Not at the pace of the cloud, whose limits they do not share. Small answers, and short waits.</remarks>
internal sealed class TokenHttp(TimeProvider timeProvider) : IDisposable
{
    private const int AnswerBytesMax = 256 * 1024;

    /// <summary>What a service on the internet may take.</summary>
    public static readonly TimeSpan ServiceTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What one beside the instance may take: where there is none, nobody answers at all.</summary>
    public static readonly TimeSpan LocalTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    // The metadata service is beside the instance: never through a proxy.
    private readonly HttpMessageInvoker _local = new(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = LocalTimeout });

    /// <summary>Asks.</summary>
    /// <param name="request">The request; disposed.</param>
    /// <param name="what">Who is asked, for messages.</param>
    /// <param name="isLocal">Whether it is beside this machine.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unavailable"/>: there is no answer.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> AskAsync(
        HttpRequestMessage request, string what, bool isLocal, CancellationToken cancellationToken)
    {
        using (request)
        {
            var wait = isLocal ? LocalTimeout : ServiceTimeout;
            using var expiry = new CancellationTokenSource(wait, timeProvider);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            using var own = isLocal ? null : new HttpMessageInvoker(ServiceHandler.Make(request.RequestUri!, IdleMax));
            try
            {
                using var response = await (own ?? _local).SendAsync(request, both.Token);
                await response.Content.LoadIntoBufferAsync(AnswerBytesMax, both.Token);
                return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token));
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"{what} did not answer within {wait.TotalSeconds:0.#} s", innerException: error);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"{what} cannot be reached: {ConnectionFailure.Describe(error, request.RequestUri!)}", innerException: error);
            }
        }
    }

    /// <summary>The first line of an answer that refuses, for people.</summary>
    public static string Words(byte[] body) => ForeignText.Shown(Encoding.UTF8.GetString(body).Trim().Split('\n')[0]);

    /// <inheritdoc/>
    public void Dispose() => _local.Dispose();
}
