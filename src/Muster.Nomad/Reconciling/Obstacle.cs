namespace Muster.Nomad.Reconciling;

/// <summary>What kind of thing keeps checks from happening.</summary>
public enum ObstacleKind
{
    /// <summary>Nomad does not answer, or has no leader.</summary>
    Unreachable,

    /// <summary>Nomad refuses this server's token.</summary>
    TokenRefused,

    /// <summary>No client of Nomad can run the group's checks.</summary>
    NoClient,

    /// <summary>Nomad does not take the group's job.</summary>
    JobRefused,

    /// <summary>Checks are started and end, and the server hears nothing of them.</summary>
    NoReport,
}

/// <summary>What keeps a group's checks from happening.</summary>
/// <param name="Kind">Of its kind there is one at a time, whatever its words.</param>
/// <param name="Text">In a sentence, without times.</param>
/// <param name="Since">Since when.</param>
public sealed record Obstacle(ObstacleKind Kind, string Text, DateTimeOffset Since);
