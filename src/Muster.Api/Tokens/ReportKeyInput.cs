using System.Text.Json.Serialization;

namespace Muster.Api.Tokens;

/// <summary>A new key for instances' own tokens.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReportKeyInput
{
    /// <summary>True: the older keys prove nothing any more, and the tokens of all who live die with them. False when left out.</summary>
    public bool? Retire { get; init; }
}
