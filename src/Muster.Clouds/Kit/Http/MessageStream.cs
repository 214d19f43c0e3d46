using System.Buffers;
using System.Net.WebSockets;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>The messages of a web socket, each whole.</summary>
/// <param name="socket">The socket, which it owns.</param>
/// <param name="call">What was asked, for errors.</param>
/// <param name="broken">The exception that a connection which broke off means.</param>
internal sealed class MessageStream(WebSocket socket, string call, Func<Exception, CloudException> broken) : IDisposable
{
    private const int PartBytes = 16 * 1024;

    /// <summary>More than any event of a cloud has; more is a mistake, and must not fill the memory.</summary>
    private const int MessageBytesMax = 4 * 1024 * 1024;

    /// <summary>Sends a text.</summary>
    /// <exception cref="CloudException">The connection broke off.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception error) when (error is WebSocketException or IOException)
        {
            throw broken(error);
        }
    }

    /// <summary>The next message; null when the service has closed.</summary>
    /// <exception cref="CloudException">The connection broke off, or the message is longer than any.</exception>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(message.GetMemory(PartBytes), cancellationToken);
                message.Advance(part.Count);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return null;
                }

                if (message.WrittenCount > MessageBytesMax)
                {
                    throw new CloudException(
                        CloudErrorKind.Unavailable,
                        $"{call} was answered with a message of more than {MessageBytesMax} bytes, which is no event");
                }

                if (part.EndOfMessage)
                {
                    return message.WrittenMemory;
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException)
        {
            throw broken(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
