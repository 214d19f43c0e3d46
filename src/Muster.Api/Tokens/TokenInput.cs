using System.Text.Json.Serialization;

namespace Muster.Api.Tokens;

/// <summary>A bearer token to make.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TokenInput
{
    /// <summary>The author of the changes it makes; unique per account among the living. Required.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// <c>read</c>, <c>operate</c> or <c>admin</c>, each of which includes those before it, or <c>task</c>, which makes level checks
    /// elsewhere and nothing else. Required.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>
    /// <c>account</c>, or <c>installation</c>, which reaches to what concerns the whole installation: accounts, servers, calls to clouds.
    /// As far as the token that makes it when left out, and never further.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>Seconds it lives, 60 to 31622400 (366 days); 7776000 (90 days) when left out.</summary>
    public long? ExpiresInS { get; init; }
}
