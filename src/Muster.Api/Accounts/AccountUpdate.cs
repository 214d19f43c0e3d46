using System.Text.Json.Serialization;

namespace Muster.Api.Accounts;

/// <summary>A change of an account; what is left out stays as it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AccountUpdate
{
    /// <summary>
    /// Most that all of its groups together may cost an hour, in the currency of the prices; launches that would pass it are held back. 0
    /// for no limit.
    /// </summary>
    public decimal? SpendPerHourMax { get; init; }
}
