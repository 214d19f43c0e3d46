namespace Muster.Api.Installation;

/// <summary>A cloud that could not be looked at.</summary>
public sealed record UnseenCloudView
{
    /// <summary>Its name.</summary>
    public required string Cloud { get; init; }

    /// <summary>With whose credential; null for one that serves every account.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Why not.</summary>
    public required string Message { get; init; }
}
