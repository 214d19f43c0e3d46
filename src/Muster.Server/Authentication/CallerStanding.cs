namespace Muster.Server.Authentication;

/// <summary>What is known of somebody who was let in.</summary>
internal enum CallerStanding
{
    /// <summary>Still welcome.</summary>
    Welcome,

    /// <summary>The token is revoked, expired, gone or another one: the store said so.</summary>
    Over,

    /// <summary>The store did not say.</summary>
    Unknown,
}
