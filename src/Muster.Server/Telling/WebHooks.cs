using System.Globalization;
using System.Net.Http.Headers;

using Muster.Outbound;

namespace Muster.Server.Telling;

/// <summary>Tells hooks by POST requests, signed where there is a secret. Redirects are not followed, and answers hardly read.</summary>
/// <param name="signature">Signs; null where nobody gave a secret.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class WebHooks(HookSignature? signature, TimeProvider timeProvider) : IHookVoice
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task TellAsync(HookCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var address = new Uri(call.Whom);

        // Instances wait seldom, and for addresses that may never be called again: nothing is kept between two calls.
        using var handler = OutboundHandler.Make(ConnectTimeout, address);
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = Request(call, address);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            throw new HookException(
                (int)response.StatusCode is >= 300 and < 400
                    ? $"{address.Authority} redirects (HTTP {status}): redirects are not followed, name the final address"
                    : $"{address.Authority} answers HTTP {status}",
                retryAfter: RetryAfterHeader.Read(response.Headers, timeProvider.GetUtcNow()));
        }
        catch (Exception error) when (error is HttpRequestException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new HookException(ConnectionFailure.Describe(error, address), error);
        }
    }

    private HttpRequestMessage Request(HookCall call, Uri address)
    {
        var now = timeProvider.GetUtcNow();
        var (body, seconds) = (HookBody.Write(call, now), now.ToUnixTimeSeconds());
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("muster");
        request.Headers.Add("webhook-id", call.Id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (signature is not null)
        {
            request.Headers.Add("webhook-signature", signature.Sign(call.Id, seconds, body));
        }

        return request;
    }
}
