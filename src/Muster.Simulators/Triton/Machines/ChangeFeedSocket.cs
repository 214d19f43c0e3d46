using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Triton.Identity;

namespace Muster.Simulators.Triton.Machines;

/// <summary>One listener of the change feed.</summary>
internal static class ChangeFeedSocket
{
    /// <summary>A listener that is this far behind loses the oldest changes.</summary>
    private const int BacklogMax = 10_000;

    public static async Task ServeAsync(HttpContext context, SimulatedAccount account, MachinePark park, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var changes = Channel.CreateBounded<string>(new BoundedChannelOptions(BacklogMax) { FullMode = BoundedChannelFullMode.DropOldest });
        void Hear(Guid owner, JsonObject machine, string what)
        {
            if (owner == account.Id)
            {
                changes.Writer.TryWrite(Message(machine, what));
            }
        }

        // Heard from before the handshake is over: whoever is connected misses nothing.
        park.Changed += Hear;
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            // The subscription: everything is sent, whatever it asks for.
            await socket.ReceiveAsync(new byte[4096].AsMemory(), either.Token);
            await foreach (var message in changes.Reader.ReadAllAsync(either.Token))
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, either.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The listener has gone, or the simulator stops.
            context.Abort();
        }
        finally
        {
            park.Changed -= Hear;
        }
    }

    private static string Message(JsonObject machine, string what) => new JsonObject
    {
        ["changedResourceId"] = (string?)machine["id"],
        ["changeKind"] = new JsonObject { ["resource"] = "vm", ["subResources"] = SimulatedMachine.Array([what]) },
        ["resourceState"] = (string?)machine["state"],
        // Each listener has a copy of its own: a node has one parent.
        ["resourceObject"] = machine.DeepClone(),
    }.ToJsonString();
}
