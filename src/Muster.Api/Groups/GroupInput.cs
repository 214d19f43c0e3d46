using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>A group to make.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GroupInput
{
    /// <summary>Unique per account among the living; 1 to 182 characters of A-Z a-z 0-9 . _ -. Required.</summary>
    public string? Name { get; init; }

    /// <summary>The template to launch from, by id or name. Required.</summary>
    public string? Template { get; init; }

    /// <summary>How many. Required.</summary>
    public CapacityInput? Capacity { get; init; }

    /// <summary>Seconds between level checks, 5 to 3600; 60 when left out.</summary>
    public double? IntervalS { get; init; }

    /// <summary>Who goes first when there are too many: <c>oldest</c> (when left out), <c>newest</c> or <c>outdated-first</c>.</summary>
    public string? ScaleIn { get; init; }

    /// <summary>Bounds on what Muster may do; defaults where left out.</summary>
    public BrakesInput? Brakes { get; init; }
}
