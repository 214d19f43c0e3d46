using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Core.Health;

namespace Muster.Health.Probes;

/// <summary>Asks over HTTP/1.1, with TLS or without. Follows nothing, remembers nothing.</summary>
internal static class HttpProbe
{
    // A request as the rules allow it fits: 20 headers of 512 characters, a path, and names.
    private const int BufferSize = 8 * 1024;

    public static async ValueTask<ProbeResult> AskAsync(
        ProbeTarget target, IPEndPoint address, ProbeSockets sockets, KeptConnections kept, CancellationToken cancellationToken)
    {
        if (target.Http is { } known)
        {
            target.Http = null;
            if (known.IsOpen && await AskAsync(target, address, known, isKnown: true, kept, cancellationToken) is { } result)
            {
                return result;
            }

            // It was closed between two probes, which is everybody's right.
            known.Dispose();
        }

        var connection = await HttpConnection.OpenAsync(target.Plan, address, sockets, cancellationToken);
        return await AskAsync(target, address, connection, isKnown: false, kept, cancellationToken)
            ?? ProbeResult.Unhealthy("closed the connection without an answer", ProbeReason.BrokenOff);
    }

    /// <summary>Asks over one connection, which it keeps with the target or closes. Null when it ended before the first byte.</summary>
    private static async ValueTask<ProbeResult?> AskAsync(
        ProbeTarget target, IPEndPoint address, HttpConnection connection, bool isKnown, KeptConnections kept,
        CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferSize, LengthOf(target.Plan)));
        var isKept = false;
        try
        {
            AnswerHead? head;
            var reader = new AnswerReader(connection.Stream, buffer);
            try
            {
                await connection.Stream.WriteAsync(Request(target.Plan, address, buffer), cancellationToken);
                head = await reader.ReadHeadAsync(target.Plan.Check.Method == "HEAD", target.Plan.BusyHeader, cancellationToken);
            }
            catch (Exception error) when (isKnown && !cancellationToken.IsCancellationRequested && ProbeFailure.IsClosed(error))
            {
                return null;
            }

            if (head is null)
            {
                return null;
            }

            var result = await JudgeAsync(target.Plan, head, reader, cancellationToken) with { Load = head.Load };
            if (reader.CanGoOn && connection.TryKeep(kept))
            {
                target.Http = connection;
                isKept = true;
            }

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (!isKept)
            {
                connection.Dispose();
            }
        }
    }

    private static async ValueTask<ProbeResult> JudgeAsync(
        ProbePlan plan, AnswerHead head, AnswerReader reader, CancellationToken cancellationToken)
    {
        if (!HealthRules.IsExpected(plan.Check.Expect, head.Status))
        {
            // Enough to say so: the rest of such an answer is not waited for.
            return ProbeResult.Unhealthy(string.Create(
                CultureInfo.InvariantCulture,
                $"answered {head.Status}{(head.Status is >= 300 and < 400 ? ", and redirects are not followed" : "")}"));
        }

        var finder = new TextFinder(plan.Wanted);
        await reader.ReadBodyAsync(head, finder, cancellationToken);
        return finder.IsFound
            ? ProbeResult.Healthy
            : ProbeResult.Unhealthy(string.Create(
                CultureInfo.InvariantCulture,
                $"answered {head.Status}, without '{plan.Check.BodyContains}' in the first {AnswerReader.BodyMax / 1024} KiB"));
    }

    private static int LengthOf(ProbePlan plan) =>
        plan.RequestLine.Length + plan.FurtherHeaders.Length + Math.Max(plan.Host?.Length ?? 0, 128);

    private static ReadOnlyMemory<byte> Request(ProbePlan plan, IPEndPoint address, byte[] buffer)
    {
        plan.RequestLine.CopyTo(buffer, 0);
        var length = plan.RequestLine.Length;
        if (plan.Host is { } host)
        {
            length += Encoding.ASCII.GetBytes(host, buffer.AsSpan(length));
        }
        else
        {
            length += HostOf(plan, address, buffer.AsSpan(length));
        }

        plan.FurtherHeaders.CopyTo(buffer, length);
        return buffer.AsMemory(0, length + plan.FurtherHeaders.Length);
    }

    /// <summary>The address as a Host header has it: IPv6 in brackets, and the port unless it is the usual one.</summary>
    private static int HostOf(ProbePlan plan, IPEndPoint address, Span<byte> to)
    {
        var length = 0;
        var isV6 = address.AddressFamily is AddressFamily.InterNetworkV6;
        if (isV6)
        {
            to[length++] = (byte)'[';
        }

        // Without its zone, which says something only here.
        var bare = isV6 && address.Address.ScopeId != 0 ? new IPAddress(address.Address.GetAddressBytes()) : address.Address;
        bare.TryFormat(to[length..], out var written);
        length += written;
        if (isV6)
        {
            to[length++] = (byte)']';
        }

        if (address.Port != (plan.Check.Kind is ProbeKind.Https ? 443 : 80))
        {
            to[length++] = (byte)':';
            address.Port.TryFormat(to[length..], out written, provider: CultureInfo.InvariantCulture);
            length += written;
        }

        return length;
    }
}
