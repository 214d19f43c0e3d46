using Muster.Server.Logging;
using System.Diagnostics;

using Muster.Server.Authentication;

namespace Muster.Server.Requests;

/// <summary>
/// One line a request: changes at information, reads at debug, and so what checks elsewhere ask for, which the audit trail tells. Paths
/// only, since queries and headers may hold more than a log should.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger, TimeProvider timeProvider)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var started = timeProvider.GetTimestamp();
        await next(http);
        var workload = http.WorkloadOrNull();
        var level = HttpMethods.IsGet(http.Request.Method) || workload is not null ? LogLevel.Debug : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            var elapsedMs = timeProvider.GetElapsedTime(started).TotalMilliseconds;
            var author = http.CallerOrNull()?.Author ?? workload?.Name;
            var request = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
            var path = new LoggedPath(http.Request.Path);
            LogRequest(level, http.Request.Method, path, http.Response.StatusCode, elapsedMs, author, request);
        }
    }

    [LoggerMessage(EventId = 1003, Message = "{Method} {Path} answered {Status} in {ElapsedMs} ms for {Author} ({Request})")]
    private partial void LogRequest(
        LogLevel level, string method, LoggedPath path, int status, double elapsedMs, string? author, string request);
}
