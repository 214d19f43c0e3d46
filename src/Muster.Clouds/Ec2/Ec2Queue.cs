using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>The queue of SQS in which events arrive: its messages, and their deletion, in SQS's JSON protocol.</summary>
/// <remarks>
/// Its calls take none of EC2's limits and none of its pace: there is one at a time, and the next one when it is answered. What SQS
/// refuses is never called throttled, since that would silence the calls to EC2.
/// </remarks>
/// <param name="url">The queue.</param>
/// <param name="sendAsync">Sends a signed request.</param>
internal sealed class Ec2Queue(Uri url, Func<HttpRequestMessage, string, TimeSpan, CancellationToken, Task<HttpAnswer>> sendAsync)
{
    /// <summary>The most that SQS gives at once.</summary>
    private const int BatchMax = 10;

    /// <summary>The longest that SQS waits for a message.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    /// <summary>How long nobody else is given a message that was given to us: one that is not deleted comes again after that.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(10);

    /// <summary>Waits for messages, for some seconds.</summary>
    /// <returns>Those that came; none where none did.</returns>
    public async Task<ImmutableArray<QueueMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync("ReceiveMessage", writer =>
        {
            writer.WriteNumber("MaxNumberOfMessages", BatchMax);
            writer.WriteNumber("WaitTimeSeconds", (int)Wait.TotalSeconds);
            writer.WriteNumber("VisibilityTimeout", (int)Hidden.TotalSeconds);
        }, Wait, cancellationToken);
        if (!answer.RootElement.TryGetProperty("Messages", out var messages) || messages.ValueKind is not JsonValueKind.Array)
        {
            return [];
        }

        var read = ImmutableArray.CreateBuilder<QueueMessage>();
        foreach (var message in messages.EnumerateArray().Take(BatchMax))
        {
            if (TextOf(message, "ReceiptHandle") is { } receipt)
            {
                read.Add(new(receipt, TextOf(message, "Body") ?? ""));
            }
        }

        return read.ToImmutable();
    }

    /// <summary>Deletes messages. One that could not be comes again.</summary>
    public async Task DeleteAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return;
        }

        using var answer = await CallAsync("DeleteMessageBatch", writer =>
        {
            writer.WriteStartArray("Entries");
            for (var index = 0; index < messages.Count; index++)
            {
                writer.WriteStartObject();
                writer.WriteString("Id", index.ToString(System.Globalization.CultureInfo.InvariantCulture));
                writer.WriteString("ReceiptHandle", messages[index].Receipt);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }, TimeSpan.Zero, cancellationToken);
    }

    private async Task<JsonDocument> CallAsync(
        string action, Action<Utf8JsonWriter> write, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/")) { Content = Body(write) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"AmazonSQS.{action}");
        var answer = await sendAsync(request, $"sqs {action}", wait, cancellationToken);
        try
        {
            var document = JsonDocument.Parse(answer.Body.Length == 0 ? "{}"u8.ToArray() : answer.Body);
            if (answer.IsGood && document.RootElement.ValueKind is JsonValueKind.Object)
            {
                return document;
            }

            using (document)
            {
                throw Refused(answer, document.RootElement);
            }
        }
        catch (JsonException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"{answer.Call} was answered with something that is not understood ({(int)answer.Status}): "
                + ForeignText.Shown(error.Message),
                innerException: error);
        }
    }

    private ByteArrayContent Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("QueueUrl", url.ToString());
            write(writer);
            writer.WriteEndObject();
        }

        return new(buffer.WrittenSpan.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0") },
        };
    }

    private CloudException Refused(HttpAnswer answer, JsonElement error)
    {
        // "com.amazonaws.sqs#QueueDoesNotExist", with a sentence.
        var code = TextOf(error, "__type") is { } type ? type[(type.LastIndexOf('#') + 1)..] : $"status {(int)answer.Status}";
        var text = ForeignText.Shown(TextOf(error, "message") ?? TextOf(error, "Message") ?? "no word why");
        var (kind, advice) = code switch
        {
            "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" =>
                (CloudErrorKind.InvalidRequest, $": {Ec2Description.QueueUrl.Name} is '{url}'"),
            "AccessDenied" or "AccessDeniedException" => (
                CloudErrorKind.Unauthorized,
                ": the credential needs sqs:ReceiveMessage and sqs:DeleteMessage of the queue, as in the policy of this cloud's page"),
            _ when (int)answer.Status is 401 or 403 || Ec2Errors.IsOfCredential(code) => (CloudErrorKind.Unauthorized, ""),
            _ when (int)answer.Status is 400 && !code.Contains("Throttl", StringComparison.Ordinal)
                && code is not ("OverLimit" or "RequestThrottled") => (CloudErrorKind.InvalidRequest, ""),
            _ => (CloudErrorKind.Unavailable, ""),
        };
        return new(kind, $"{answer.Call}: {code}: {text}{advice}");
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
