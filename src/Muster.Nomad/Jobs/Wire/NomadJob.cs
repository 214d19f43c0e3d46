using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Nomad.Jobs.Wire;

/// <summary>A job as Nomad's API takes it, as far as Muster needs one: the same shape from Nomad 1.0 to 2.0.</summary>
/// <remarks>
/// What is null is left out. Durations are nanoseconds. Older versions drop fields that they do not know, so newer ones may stay
/// (<see cref="NodePool"/>, <see cref="NomadTaskGroup.MaxRunDuration"/>). Never <c>Specs</c> beside <c>Spec</c>:
/// newer versions refuse both.
/// </remarks>
internal sealed record NomadJob
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Namespace { get; init; }

    public string? Region { get; init; }

    public required string Type { get; init; }

    public required int Priority { get; init; }

    /// <summary>Always named: <c>*</c> is a literal before Nomad 1.5.</summary>
    public required ImmutableArray<string> Datacenters { get; init; }

    /// <summary>Since Nomad 1.6.</summary>
    public string? NodePool { get; init; }

    public ImmutableArray<NomadConstraint>? Constraints { get; init; }

    public required NomadPeriodic Periodic { get; init; }

    public required ImmutableSortedDictionary<string, string> Meta { get; init; }

    public required ImmutableArray<NomadTaskGroup> TaskGroups { get; init; }
}

/// <summary>Which clients may run it.</summary>
internal sealed record NomadConstraint
{
    [JsonPropertyName("LTarget")]
    public required string LeftTarget { get; init; }

    [JsonPropertyName("RTarget")]
    public required string RightTarget { get; init; }

    public required string Operand { get; init; }
}

/// <summary>When it runs.</summary>
internal sealed record NomadPeriodic
{
    public required bool Enabled { get; init; }

    public required string SpecType { get; init; }

    /// <summary>Seven fields, seconds first, year last.</summary>
    public required string Spec { get; init; }

    public required bool ProhibitOverlap { get; init; }

    public required string TimeZone { get; init; }
}
