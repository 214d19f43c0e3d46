namespace Muster.Api.Activities;

/// <summary>One entry of a group's audit trail.</summary>
public sealed record ActivityView
{
    /// <summary>Stable id; a repeat that melts in keeps it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary><c>launch</c>, <c>terminate</c>, <c>no_op</c>, <c>error</c>, <c>hold</c> or <c>change</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>succeeded</c>, <c>failed</c> or <c>ambiguous</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What happened and why.</summary>
    public required string Description { get; init; }

    /// <summary>Who did it: <c>muster</c>, or the name of a token.</summary>
    public required string Author { get; init; }

    /// <summary>How often in a row.</summary>
    public required int Count { get; init; }

    /// <summary>When it first happened.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>When it last happened.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>The instance concerned, if one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The launch concerned, if one.</summary>
    public Guid? LaunchId { get; init; }

    /// <summary>Its place in the trail; renewed when a repeat melts in. The id of its server-sent event.</summary>
    public required long Position { get; init; }
}
