using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Muster.Health.Probes;

/// <summary>
/// Asks by the call <c>grpc.health.v1.Health/Check</c> (github.com/grpc/grpc, doc/health-checking.md). One message of one field each way:
/// written and read here (<see cref="GrpcHealthMessage"/>), so that no library of gRPC comes into the executable for it.
/// </summary>
internal static class GrpcProbe
{
    // The frame of a message that is itself a few bytes.
    private const int AnswerMax = 4 * 1024;

    private const string StatusHeader = "grpc-status";

    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");

    public static async ValueTask<ProbeResult> AskAsync(
        ProbeTarget target, IPEndPoint address, ProbeSockets sockets, KeptConnections kept, CancellationToken cancellationToken)
    {
        var connection = target.Grpc ?? new(address, sockets);
        target.Grpc = null;
        var isKept = false;
        try
        {
            var result = await CallAsync(connection, target.Plan.Check.Service ?? "", address, cancellationToken);
            if (connection.TryKeep(kept))
            {
                target.Grpc = connection;
                isKept = true;
            }

            return result;
        }
        finally
        {
            // Also after a time-out: one that only seems to be there must not fail all further probes.
            if (!isKept)
            {
                connection.Dispose();
            }
        }
    }

    private static async ValueTask<ProbeResult> CallAsync(
        GrpcConnection connection, string service, IPEndPoint address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{address}/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(GrpcHealthMessage.Request(service)),
        };
        request.Content.Headers.ContentType = ContentType;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await connection.SendAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw new ProbeException(string.Create(CultureInfo.InvariantCulture, $"answered {(int)response.StatusCode}, and not by gRPC"));
        }

        var body = await ReadAsync(response, cancellationToken);
        // A call that failed at once says so in its head.
        var status = StatusOf(response.Headers) ?? StatusOf(response.TrailingHeaders);
        return status switch
        {
            0 => Judge(GrpcHealthMessage.StatusOf(body.Span)),
            5 => ProbeResult.Unhealthy($"does not know the service '{service}'"),
            12 => ProbeResult.Unhealthy("has no service grpc.health.v1.Health"),
            { } code => ProbeResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"answered with the gRPC status {code}")),
            null => ProbeResult.Unhealthy("answered without a gRPC status"),
        };
    }

    // The numbers of HealthCheckResponse.ServingStatus.
    private static ProbeResult Judge(long? serving) => serving switch
    {
        1 => ProbeResult.Healthy,
        2 => ProbeResult.Unhealthy("says NOT_SERVING"),
        3 => ProbeResult.Unhealthy("says SERVICE_UNKNOWN"),
        0 => ProbeResult.Unhealthy("says UNKNOWN"),
        _ => ProbeResult.Unhealthy("answered with something that is no word on its health"),
    };

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = new byte[AnswerMax + 1];
        var length = await body.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > AnswerMax ? throw new ProbeException("answered with a message that is too long") : answer.AsMemory(0, length);
    }

    private static int? StatusOf(HttpResponseHeaders headers) =>
        headers.TryGetValues(StatusHeader, out var values)
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;
}
