using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>What somebody says of an instance's health.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HealthReportInput
{
    /// <summary><c>healthy</c>, <c>unhealthy</c> or <c>unknown</c>. Required.</summary>
    public string? Verdict { get; init; }

    /// <summary>Why, at most 200 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>
    /// Who says so, 1 to 64 characters; <c>report</c> when left out. Not <c>probe</c>, <c>person</c> or <c>cloud</c>, which are Muster's.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    /// <summary>
    /// Seconds, 1 to 86400, for which that holds: a heartbeat, after which silence means unhealthy. Left out, it stands until the next
    /// word.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TtlS { get; init; }

    /// <summary>
    /// How busy the instance is, a number from 0, for the scale-in order <c>least-busy</c>: the lower goes first. It holds as long as the
    /// verdict.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Load { get; init; }
}
