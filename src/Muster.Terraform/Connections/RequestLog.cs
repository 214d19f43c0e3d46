using System.Globalization;

using Muster.Terraform.Logs;

namespace Muster.Terraform.Connections;

/// <summary>Logs each request without its headers and bodies, which may hold secrets.</summary>
internal sealed class RequestLog(HttpMessageHandler inner, PluginLog log, TimeProvider timeProvider) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        var outcome = "no answer";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            outcome = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        finally
        {
            log.Write(
                PluginLogLevel.Debug,
                "request",
                ("method", request.Method.Method),
                ("path", request.RequestUri?.PathAndQuery ?? ""),
                ("status", outcome),
                ("elapsed_ms", timeProvider.GetElapsedTime(start).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)));
        }
    }
}
