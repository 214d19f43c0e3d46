using System.Text.Json.Serialization;

namespace Muster.Api.Instances;

/// <summary>Instances of one group, all of them on one page, or of a page of groups; by creation, then id.</summary>
public sealed record InstancesView
{
    /// <summary>In order.</summary>
    public required IReadOnlyList<InstanceView> Items { get; init; }

    /// <summary>Of the instances of all groups: ask with <c>?cursor=</c> this for those of the next groups; null after the last.</summary>
    public string? NextCursor { get; init; }

    /// <summary>
    /// The clouds of a group with several that could not be listed now: the instances there are left out. Left out when all could.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UnlistedCloudView>? Unlisted { get; init; }
}

/// <summary>A cloud that could not be listed.</summary>
public sealed record UnlistedCloudView
{
    /// <summary>Its configured name.</summary>
    public required string Cloud { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
