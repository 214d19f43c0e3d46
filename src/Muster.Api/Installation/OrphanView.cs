namespace Muster.Api.Installation;

/// <summary>An instance with this installation's tags that no living group owns, or of whose launch the store knows nothing.</summary>
public sealed record OrphanView
{
    /// <summary>The cloud it is at.</summary>
    public required string Cloud { get; init; }

    /// <summary>The cloud's own id.</summary>
    public required string Id { get; init; }

    /// <summary>The name it was launched with.</summary>
    public required string Name { get; init; }

    /// <summary>As in <c>/v1/groups/{id}/instances</c>.</summary>
    public required string State { get; init; }

    /// <summary>
    /// <c>group_unknown</c>: the store does not know the group; <c>group_archived</c>: its group was deleted; <c>launch_unknown</c>: its
    /// group lives and counts it, and the store does not know the launch that made it.
    /// </summary>
    public required string Reason { get; init; }

    /// <summary>Whether the store shows no trace of it: the store is older than the instance.</summary>
    public required bool Stranger { get; init; }

    /// <summary>The account in its tags.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>The group in its tags.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>The group's name in its tags, as it was at the launch.</summary>
    public string? GroupName { get; init; }

    /// <summary>The template in its tags.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>The launch in its tags.</summary>
    public Guid? LaunchId { get; init; }

    /// <summary>When the cloud made it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
