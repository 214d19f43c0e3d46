using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>Where a part of a group is to live.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PlacementInput
{
    /// <summary>Unique in the group; 1 to 182 characters of A-Z a-z 0-9 . _ -. Required.</summary>
    public string? Name { get; init; }

    /// <summary>The template to launch from there, by id or name; it names the cloud. Required.</summary>
    public string? Template { get; init; }

    /// <summary>One of the cloud's zones; left to the cloud when left out.</summary>
    public string? Zone { get; init; }

    /// <summary>
    /// Only for <c>ordered</c>, 0 to 1000: the lowest is filled first, and those of one rank are filled evenly. Its place in the list,
    /// counted from 0, when left out.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>Only for <c>balanced</c>, 0 to 1000: its part of the sum of all weights. 1 when left out.</summary>
    public int? Weight { get; init; }

    /// <summary>No fewer than this while the group's level allows it; 0 when left out.</summary>
    public int? Min { get; init; }

    /// <summary>No more than this; no bound but the group's when left out.</summary>
    public int? Max { get; init; }

    /// <summary>So many of the group's first instances are here, before any share is worked out; 0 when left out.</summary>
    public int? Base { get; init; }

    /// <summary>
    /// Whether its instances are interruptible: cheaper, and the cloud may take them back. Only where the cloud has such; false when left
    /// out.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Interruptible { get; init; }
}
