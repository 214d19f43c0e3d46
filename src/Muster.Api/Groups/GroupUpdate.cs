using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A change to a group; what is left out stays as it is. Capacity changes through its own door.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GroupUpdate
{
    /// <summary>A new name.</summary>
    public string? Name { get; init; }

    /// <summary>Another template, by id or name: changes new launches only, touches no running instance.</summary>
    public string? Template { get; init; }

    /// <summary>Seconds between level checks, 5 to 3600.</summary>
    public double? IntervalS { get; init; }

    /// <summary>Who goes first when there are too many: <c>oldest</c>, <c>newest</c> or <c>outdated-first</c>.</summary>
    public string? ScaleIn { get; init; }

    /// <summary>Bounds on what Muster may do; what is left out stays as it is.</summary>
    public BrakesInput? Brakes { get; init; }
}
