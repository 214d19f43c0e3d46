namespace Muster.Server.OpenApi;

/// <summary>A request header that an endpoint reads by hand.</summary>
/// <param name="Name">The header.</param>
/// <param name="Description">What it does.</param>
internal sealed record TakenHeader(string Name, string Description)
{
    public static TakenHeader IfMatch { get; } = new(
        "If-Match", "The group's `ETag` as it was read: the change is refused with 412 if somebody changed it since.");

    public static TakenHeader IdempotencyKey { get; } = new(
        Requests.IdempotencyKey.Header,
        "1 to 255 visible characters. The same key and body again returns what the first request made; another body is refused with 422.");

    public static TakenHeader IfNoneMatch { get; } = new(
        "If-None-Match", "The `ETag` of the last answer: 304 when nothing is different.");

    public static TakenHeader LastEventId { get; } = new("Last-Event-ID", "The id of the last event received.");
}
