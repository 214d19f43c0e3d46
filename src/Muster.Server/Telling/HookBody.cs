using System.Buffers;
using System.Text.Json;

using Muster.Api;
using Muster.Core.Life;

namespace Muster.Server.Telling;

/// <summary>What is told, as JSON: the same for a web hook and a command.</summary>
internal static class HookBody
{
    /// <summary>The body's type.</summary>
    public const string Type = "instance.waiting";

    public static byte[] Write(HookCall call, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = ApiJson.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("type", Type);
            json.WriteString("timestamp", now);
            json.WriteStartObject("data");
            json.WriteString("hook", call.Hook.Name);
            json.WriteString("at", HookRules.Word(call.Hook.At));
            json.WriteString("group", call.GroupName);
            json.WriteString("group_id", call.Group.Value);
            json.WriteString("instance", call.Instance.Name);
            json.WriteString("instance_id", call.Instance.Id.Value);
            json.WriteString("cloud", call.Cloud);
            json.WriteStartArray("addresses");
            foreach (var address in call.Instance.Addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            json.WriteStartObject("attributes");
            foreach (var (name, value) in call.Instance.Attributes)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteString("since", call.Since);
            json.WriteString("deadline_at", call.DeadlineAt);
            json.WriteString("on_timeout", HookRules.Word(call.Hook.OnTimeout));
            json.WriteString(
                "answer",
                $"/v1/instances/{Uri.EscapeDataString(call.Instance.Id.Value)}/hooks/{call.Hook.Name}"
                + $"?cloud={Uri.EscapeDataString(call.Cloud)}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
