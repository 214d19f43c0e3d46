using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Listens to CloudAPI's change feed, a WebSocket that tells of every change of the account's machines.</summary>
internal sealed class MachineChanges(CloudApi api, MachineListing listing, TimeProvider timeProvider)
{
    /// <summary>Where there is no feed, it is asked for again so often: an upgrade of CloudAPI brings one.</summary>
    private static readonly TimeSpan AbsentRetry = TimeSpan.FromHours(1);

    /// <summary>A message is one machine; more is a mistake.</summary>
    private const int MessageBytesMax = 4 * 1024 * 1024;

    private static ReadOnlySpan<byte> Subscription => """{"resource":"vm","subResources":["alias","destroyed","state","tags"]}"""u8;

    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var socket = await api.ConnectAsync("/changefeed", cancellationToken);
            if (socket is null)
            {
                await Task.Delay(AbsentRetry, timeProvider, cancellationToken);
                continue;
            }

            await SubscribeAsync(socket, cancellationToken);

            // What happened while nobody listened is in no message: everything there is worth a look.
            await foreach (var page in listing.ListAsync(new(installation), cancellationToken))
            {
                foreach (var instance in page.Instances)
                {
                    yield return new(instance.Read<GroupId>(MusterTags.Group), instance.Id);
                }
            }

            await foreach (var change in ReadAsync(socket, cancellationToken))
            {
                if (change.Machine is { } machine && machine.Tag(MusterTags.Installation) == installation.ToString()
                    && (change.Id ?? machine.Id) is { Length: > 0 } id)
                {
                    yield return new(MachineReader.GroupOf(machine), new(id));
                }
            }

            throw new CloudException(CloudErrorKind.Unavailable, "the change feed ended");
        }
    }

    private static async Task SubscribeAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(Subscription.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException error)
        {
            throw Broken(error);
        }
    }

    private static async IAsyncEnumerable<Change> ReadAsync(WebSocket socket, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await MessageAsync(socket, cancellationToken) is { } message)
        {
            yield return message;
        }
    }

    /// <returns>The next message; null when the server has closed.</returns>
    private static async Task<Change?> MessageAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.GetMemory(16 * 1024), cancellationToken);
                buffer.Advance(part.Count);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return null;
                }

                if (buffer.WrittenCount > MessageBytesMax)
                {
                    throw new CloudException(CloudErrorKind.Unavailable, $"the change feed sent more than {MessageBytesMax} bytes at once");
                }
            }
            while (!part.EndOfMessage);
            return JsonSerializer.Deserialize(buffer.WrittenSpan, TritonJson.Default.Change) ?? new Change();
        }
        catch (Exception error) when (error is WebSocketException or IOException or JsonException)
        {
            throw Broken(error);
        }
    }

    private static CloudException Broken(Exception error) =>
        new(CloudErrorKind.Unavailable, $"the change feed broke: {error.Message}", innerException: error);
}
