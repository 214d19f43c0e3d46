namespace Muster.Clouds.Gce.Credentials;

/// <summary>What calls are made with. Secret.</summary>
/// <param name="Value">The token.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record AccessToken(string Value, DateTimeOffset ExpiresAt)
{
    /// <summary>A record prints its members, and this one must not.</summary>
    public override string ToString() => $"a token until {ExpiresAt:O}";
}
