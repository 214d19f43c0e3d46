using Muster.Core;
using Muster.Server.Authentication;

namespace Muster.Server.Members;

/// <summary>Tells of reports of instances' health that came and could not be kept, by no fault of who sent them.</summary>
/// <param name="next">Answers; what fails has become an answer already.</param>
/// <param name="missed">Hears whose; null where nobody knows.</param>
internal sealed class ReportWatch(RequestDelegate next, Action<AccountId?> missed)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError && HttpMethods.IsPut(http.Request.Method)
            && http.Request.Path.Value is { } path && path.StartsWith("/v1/instances/", StringComparison.OrdinalIgnoreCase)
            && path.EndsWith("/health", StringComparison.OrdinalIgnoreCase))
        {
            missed(http.CallerOrNull()?.Account);
        }
    }
}
