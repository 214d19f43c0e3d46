using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>What one source says of an instance's health.</summary>
public sealed record FindingView
{
    /// <summary>
    /// Who says so: <c>cloud</c> (the state that it tells), <c>probe</c>, <c>report</c>, <c>person</c>, or a name that a reporter chose.
    /// </summary>
    public required string Source { get; init; }

    /// <summary><c>healthy</c>, <c>unhealthy</c> or <c>unknown</c>, as it holds now: silence has a meaning, too.</summary>
    public required string Verdict { get; init; }

    /// <summary>Since when without a break; null where the source does not tell.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why, in the source's words; null where it does not say.</summary>
    public string? Detail { get; init; }

    /// <summary>How busy the instance is, where the source says so. Left out where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Load { get; init; }

    /// <summary>Until when it holds unless it is said again. Left out where it stands until the next word.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }
}
