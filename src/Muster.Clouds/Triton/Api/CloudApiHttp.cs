using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Kit.Http;

namespace Muster.Clouds.Triton.Api;

/// <summary>Opens the way to CloudAPI, whoever signs.</summary>
internal static class CloudApiHttp
{
    /// <summary>
    /// The load balancer in front drops a silent connection after 55 s: ours are gone before, so none breaks under a request.
    /// </summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45);

    /// <summary>Opens it; CloudAPI is not called yet.</summary>
    /// <param name="url">CloudAPI.</param>
    /// <param name="acceptVersion">Which versions are spoken.</param>
    /// <param name="timeout">How long a call may take.</param>
    /// <param name="authorities">Who is believed; null for the system's authorities.</param>
    /// <param name="sign">Proves who asks; null where each request brings its proof along.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    public static HttpCaller Open(
        Uri url, string acceptVersion, TimeSpan timeout, X509Certificate2Collection? authorities,
        Func<CancellationToken, ValueTask<(string Date, string Authorization)>>? sign, TimeProvider timeProvider)
    {
        var handler = ServiceHandler.Make(url, IdleMax);
        handler.AutomaticDecompression = DecompressionMethods.All;
        if (authorities is not null)
        {
            ServiceHandler.Trust(handler, authorities);
        }

        return new(
            new AuthorizingHandler(handler, async (request, cancellationToken) =>
            {
                if (sign is not null)
                {
                    AddProof(request.Headers, await sign(cancellationToken));
                }

                request.Headers.TryAddWithoutValidation("Accept", "application/json");
                request.Headers.TryAddWithoutValidation("Accept-Version", acceptVersion);
                request.Headers.TryAddWithoutValidation("User-Agent", "muster");
            }),
            new HttpService("CloudAPI", url) { Timeout = timeout, IsNamedAlone = true },
            timeProvider);
    }

    /// <summary>Puts on what proves who asks: a date, and its signature.</summary>
    public static void AddProof(HttpRequestHeaders headers, (string Date, string Authorization) proof)
    {
        headers.TryAddWithoutValidation("Date", proof.Date);
        headers.TryAddWithoutValidation("Authorization", proof.Authorization);
    }

    /// <summary>The address of something of an account.</summary>
    /// <param name="url">CloudAPI.</param>
    /// <param name="account">The login.</param>
    /// <param name="path">Below the account, escaped: <c>/machines</c>; empty for the account itself.</param>
    public static Uri AddressOf(Uri url, string account, string path) =>
        new($"{url.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(account)}{path}");
}
