using System.Net;

using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>
/// Keeps web pages out of a server that needs no authentication: a name of the page's own that resolves to 127.0.0.1
/// (DNS rebinding) is a foreign host, and what the browser sends for a page of another origin says so.
/// </summary>
/// <param name="next">What follows.</param>
internal sealed class ForeignSiteGate(RequestDelegate next)
{
    /// <summary>Passes on what no web page of another site sent.</summary>
    /// <exception cref="ProblemException">One did, or nobody can tell.</exception>
    public Task InvokeAsync(HttpContext http)
    {
        ThrowIfForeign(http.Request);
        return next(http);
    }

    /// <summary>Refuses what a web page of another site sent.</summary>
    /// <exception cref="ProblemException">One did, or nobody can tell.</exception>
    public static void ThrowIfForeign(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
        {
            throw new ProblemException(ProblemKinds.ForeignHost,
                $"the Host header is '{request.Host}': only 127.0.0.1, [::1] and localhost are answered without authentication");
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(ProblemKinds.ForeignSite, $"a web page of {origin} sent this");
        }

        // Browsers leave Origin out of simple GETs; this header they never leave out. Port is no part of a "site".
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            throw new ProblemException(ProblemKinds.ForeignSite, "a web page of another origin sent this");
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
