using System.Globalization;
using System.Text.Json;

namespace Muster.Clouds.Ec2.Wire;

/// <summary>What EventBridge tells of an instance.</summary>
/// <param name="Instance">Its id.</param>
/// <param name="At">When it happened.</param>
/// <param name="IsInterruption">Whether EC2 gives notice that it takes a spot instance back.</param>
internal sealed record Ec2Event(string Instance, DateTimeOffset At, bool IsInterruption)
{
    private const string Interruption = "EC2 Spot Instance Interruption Warning";

    /// <summary>Reads the body of a message.</summary>
    /// <returns>It, or why it is nothing of the kind.</returns>
    /// <remarks>docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ec2.html</remarks>
    public static (Ec2Event? Good, string? Flaw) Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (TextOf(root, "source") is not "aws.ec2")
            {
                return (null, "its source is not aws.ec2");
            }

            var kind = TextOf(root, "detail-type");
            if (kind is not ("EC2 Instance State-change Notification" or Interruption or "EC2 Instance Rebalance Recommendation"))
            {
                return (null, $"it is a '{kind}'");
            }

            if (!root.TryGetProperty("detail", out var detail) || TextOf(detail, "instance-id") is not { } id)
            {
                return (null, "it names no instance");
            }

            return DateTimeOffset.TryParse(
                TextOf(root, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? (new(id, at, kind is Interruption), null)
                : (null, "it has no time");
        }
        catch (JsonException error)
        {
            return (null, error.Message);
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
