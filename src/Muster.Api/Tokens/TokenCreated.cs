namespace Muster.Api.Tokens;

/// <summary>A new bearer token with its secret, which is shown this once and kept nowhere.</summary>
public sealed record TokenCreated
{
    /// <summary>The secret, to be sent as <c>Authorization: Bearer</c>: <c>mst_</c> and 43 characters.</summary>
    public required string Token { get; init; }

    /// <summary>Everything else about it.</summary>
    public required TokenView Details { get; init; }

    /// <summary>Without the secret, so that no log shows it by accident.</summary>
    public override string ToString() => $"{nameof(TokenCreated)} {{ {Details} }}";
}
