using System.Text.Json.Serialization;

using Muster.Api.Policies;

namespace Muster.Api.Groups;

/// <summary>A change that somebody thinks of. Nothing is changed by it: it is only planned for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PlanInput
{
    /// <summary>Another capacity, as <c>PUT /v1/groups/{id}/capacity</c> takes it.</summary>
    public CapacityInput? Capacity { get; init; }

    /// <summary>Other fields, as <c>PATCH /v1/groups/{id}</c> takes them.</summary>
    public GroupUpdate? Update { get; init; }

    /// <summary>
    /// A policy beside those that there are, or in place of the one of its name, as <c>POST /v1/groups/{id}/policies</c> takes it: what it
    /// would want now, by the readings that are kept. Excludes the others.
    /// </summary>
    public PolicyInput? Policy { get; init; }

    /// <summary>True for the group's end, its instances to be terminated. Excludes the others.</summary>
    public bool? Delete { get; init; }
}
