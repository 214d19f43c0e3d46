namespace Muster.Api.Installation;

/// <summary>The whole installation looks and tells, and does nothing.</summary>
public sealed record PauseView
{
    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who paused it.</summary>
    public required string By { get; init; }

    /// <summary>Why; told to tokens of scope <c>installation</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Instances of this installation that the store does not know, when it was paused for them; see <c>/v1/orphans</c>.</summary>
    public required int Strangers { get; init; }
}
