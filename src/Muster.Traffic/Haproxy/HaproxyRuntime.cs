using System.Net.Sockets;
using System.Text;

using Muster.Core.Traffic;
using Muster.Outbound;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Haproxy;

/// <summary>
/// Speaks HAProxy's runtime API: a connection for each line of commands, whose answers end with it
/// (<see href="https://docs.haproxy.org/2.6/management.html#9.3"/>).
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="timeout">How long a line may take.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class HaproxyRuntime(HaproxyAddress address, TimeSpan timeout, TimeProvider timeProvider)
{
    /// <summary>Half a kilobyte a server; no backend has a hundred thousand.</summary>
    private const int AnswerBytesMax = 64 * 1024 * 1024;

    private static readonly string[] Programs = ["haproxy"];

    /// <summary>The address, for sentences.</summary>
    public string Name => address.ToString();

    /// <summary>Sends commands, and returns all that HAProxy says to them.</summary>
    /// <param name="commands">The commands, none of which holds a semicolon or the end of a line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TrafficException">It could not be reached, or broke off.</exception>
    public async Task<string> SendAsync(string[] commands, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await using var stream = await ConnectAsync(either.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{string.Join(';', commands)}\n"), either.Token);
            return await ReadAsync(stream, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable, $"HAProxy at {address} did not answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new TrafficException(TrafficErrorKind.Unavailable, Describe(error), error);
        }
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (address.Path is { } path)
        {
            return await SocketFile.ConnectAsync(path, cancellationToken);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host!, address.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await stream.ReadAsync(part, cancellationToken) is > 0 and var length)
        {
            if (read.Length + length > AnswerBytesMax)
            {
                throw new TrafficException(
                    TrafficErrorKind.Refused, $"the answer of {address} is longer than {AnswerBytesMax / (1024 * 1024)} MiB");
            }

            read.Write(part, 0, length);
        }

        return Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length);
    }

    private string Describe(Exception error) => address.Path is { } path
        ? SocketFile.Describe(path, error, Programs, "set socket to its stats socket of level admin")
        : $"HAProxy at {address} cannot be reached: {Foreign.Words(error.Message)}";
}
