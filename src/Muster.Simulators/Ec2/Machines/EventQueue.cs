using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Simulators.Ec2.Settings;

using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>A queue of SQS to which EventBridge sends the events of EC2. Safe to share.</summary>
public sealed class EventQueue
{
    /// <summary>The path of its address.</summary>
    public const string Path = $"/{Ec2Catalogue.Account}/muster-events";

    // What nobody reads is forgotten, as after the four days of a queue.
    private const int Max = 10_000;

    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly LinkedList<Message> _messages = [];
    private TaskCompletionSource _arrival = New();
    private long _number;

    internal EventQueue(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Messages that are not deleted, whether somebody has them or not.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>Sends a message by hand.</summary>
    public void Send(string body)
    {
        lock (_gate)
        {
            _messages.AddLast(new Message(++_number, body));
            if (_messages.Count > Max)
            {
                _messages.RemoveFirst();
            }

            _arrival.TrySetResult();
        }
    }

    /// <summary>Tells of an instance.</summary>
    internal void Tell(string kind, string instance, JsonObject detail)
    {
        var now = _timeProvider.GetUtcNow();
        detail["instance-id"] = instance;
        Send(new JsonObject
        {
            ["version"] = "0",
            ["id"] = Guid.CreateVersion7(now).ToString(),
            ["detail-type"] = kind,
            ["source"] = "aws.ec2",
            ["account"] = Ec2Catalogue.Account,
            ["time"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["region"] = Ec2Catalogue.Region,
            ["resources"] = new JsonArray($"arn:aws:ec2:{Ec2Catalogue.Region}:{Ec2Catalogue.Account}:instance/{instance}"),
            ["detail"] = detail,
        }.ToJsonString());
    }

    /// <summary>Answers a request of SQS's JSON protocol.</summary>
    internal async Task<Reply> AnswerAsync(string action, byte[] json, CancellationToken cancellationToken)
    {
        JsonObject body;
        try
        {
            body = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException)
        {
            return Refusal(400, "SerializationException", "the body is no JSON object");
        }

        if (!Uri.TryCreate((string?)body["QueueUrl"], UriKind.Absolute, out var url) || url.AbsolutePath != Path)
        {
            return Refusal(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
        }

        return action switch
        {
            "ReceiveMessage" => await ReceiveAsync(body, cancellationToken),
            "DeleteMessageBatch" => DeleteBatch(body),
            _ => Refusal(400, "com.amazonaws.sqs#UnsupportedOperation", $"{action} is not simulated"),
        };
    }

    /// <summary>A refusal in the form of that protocol.</summary>
    internal static Reply Refusal(int status, string type, string message) => new(
        status, Encoding.UTF8.GetBytes(new JsonObject { ["__type"] = type, ["message"] = message }.ToJsonString()),
        "application/x-amz-json-1.0");

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<Reply> ReceiveAsync(JsonObject body, CancellationToken cancellationToken)
    {
        string[] known =
        [
            "QueueUrl", "MaxNumberOfMessages", "WaitTimeSeconds", "VisibilityTimeout", "AttributeNames", "MessageSystemAttributeNames",
            "MessageAttributeNames",
        ];
        if (body.FirstOrDefault(field => !known.Contains(field.Key)).Key is { } unknown)
        {
            return Refusal(400, "SerializationException", $"{unknown} is not known");
        }

        var (most, wait, hidden) = (Number("MaxNumberOfMessages", 1), Number("WaitTimeSeconds", 0), Number("VisibilityTimeout", 30));
        int Number(string name, int unlessSet) =>
            body[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : unlessSet;
        if (most is < 1 or > 10 || wait is < 0 or > 20 || hidden is < 0 or > 43_200)
        {
            return Refusal(400, "com.amazonaws.sqs#InvalidParameterValue", "a number is out of its bounds");
        }

        var until = _timeProvider.GetUtcNow() + TimeSpan.FromSeconds(wait);
        while (true)
        {
            List<JsonObject> found;
            Task arrival;
            TimeSpan left;
            lock (_gate)
            {
                var now = _timeProvider.GetUtcNow();
                found =
                [
                    .. _messages.Where(message => message.HiddenUntil <= now).Take(most).Select(message => Give(message, now, hidden)),
                ];
                if (_arrival.Task.IsCompleted)
                {
                    _arrival = New();
                }

                arrival = _arrival.Task;
                var next = _messages.Select(message => message.HiddenUntil).Append(until).Min();
                left = (next < until ? next : until) - now;
                if (found.Count > 0 || now >= until)
                {
                    return new(200, Encoding.UTF8.GetBytes(Answer(found).ToJsonString()), "application/x-amz-json-1.0");
                }
            }

            await Task.WhenAny(arrival, Task.Delay(left, _timeProvider, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static JsonObject Answer(List<JsonObject> found)
    {
        // As the real one: no member at all where there is no message.
        if (found.Count == 0)
        {
            return [];
        }

        var messages = new JsonArray();
        foreach (var message in found)
        {
            messages.Add((JsonNode?)message);
        }

        return new() { ["Messages"] = messages };
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The field is called so.")]
    private static JsonObject Give(Message message, DateTimeOffset now, int hidden)
    {
        message.HiddenUntil = now + TimeSpan.FromSeconds(hidden);
        message.Receipt = $"{message.Number}-{++message.Deliveries}";
        return new()
        {
            ["MessageId"] = string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{message.Number:D12}"),
            ["ReceiptHandle"] = message.Receipt,
            ["MD5OfBody"] = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Encoding.UTF8.GetBytes(message.Body))),
            ["Body"] = message.Body,
        };
    }

    private Reply DeleteBatch(JsonObject body)
    {
        if (body["Entries"] is not JsonArray { Count: > 0 and <= 10 } entries)
        {
            return Refusal(400, "com.amazonaws.sqs#EmptyBatchRequest", "There should be at least one DeleteMessageBatchRequestEntry.");
        }

        var done = new JsonArray();
        lock (_gate)
        {
            foreach (var entry in entries.OfType<JsonObject>())
            {
                var receipt = (string?)entry["ReceiptHandle"];
                if (_messages.FirstOrDefault(message => message.Receipt == receipt) is { } message)
                {
                    _messages.Remove(message);
                }

                done.Add((JsonNode?)new JsonObject { ["Id"] = (string?)entry["Id"] });
            }
        }

        var answer = new JsonObject { ["Successful"] = done, ["Failed"] = new JsonArray() };
        return new(200, Encoding.UTF8.GetBytes(answer.ToJsonString()), "application/x-amz-json-1.0");
    }

    private sealed class Message(long number, string body)
    {
        public long Number => number;

        public string Body => body;

        public string? Receipt { get; set; }

        public int Deliveries { get; set; }

        public DateTimeOffset HiddenUntil { get; set; }
    }
}
