using System.Text.Json.Serialization;

namespace Muster.Api.Groups;

/// <summary>What a group was to be made of, from one change of template or placements to the next. Kept for ever as it is.</summary>
public sealed record RevisionView
{
    /// <summary>Counts from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>Since when it was wanted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who wanted it; null where that was before revisions were kept.</summary>
    public string? Author { get; init; }

    /// <summary>The template; of a group with placements, the first one's.</summary>
    public required Guid TemplateId { get; init; }

    /// <summary>That template's name.</summary>
    public string? TemplateName { get; init; }

    /// <summary><c>ordered</c>, <c>balanced</c> or <c>cheapest</c>; only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Distribution { get; init; }

    /// <summary>
    /// Of the instances beyond the placements' bases, so many percent belong on placements that are not interruptible; only where that was
    /// said.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>Seconds, 0 for never; only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SpillAfterS { get; init; }

    /// <summary>Seconds, 0 for never; only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReturnAfterS { get; init; }

    /// <summary>A number or a percentage; only with placements.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Surge { get; init; }

    /// <summary>The placements in their order; left out for a template and no list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RevisionPlacementView>? Placements { get; init; }
}

/// <summary>A placement of a revision, as it was asked for.</summary>
public sealed record RevisionPlacementView
{
    /// <summary>Unique in the group.</summary>
    public required string Name { get; init; }

    /// <summary>The template.</summary>
    public required Guid TemplateId { get; init; }

    /// <summary>That template's name.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The zone; null where it is left to the cloud.</summary>
    public string? Zone { get; init; }

    /// <summary>In which order it is filled, where that was said.</summary>
    public int? Rank { get; init; }

    /// <summary>Its part of the sum of all weights, where that was said.</summary>
    public int? Weight { get; init; }

    /// <summary>No fewer than this while the group's level allows it.</summary>
    public required int Min { get; init; }

    /// <summary>No more than this; null for no bound but the group's.</summary>
    public int? Max { get; init; }

    /// <summary>So many of the group's first instances are here.</summary>
    public required int Base { get; init; }

    /// <summary>Whether its instances were to be interruptible.</summary>
    public bool Interruptible { get; init; }
}
