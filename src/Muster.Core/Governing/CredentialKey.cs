namespace Muster.Core.Governing;

/// <summary>What one whole listing can serve: all that a cloud's credential sees.</summary>
/// <param name="Cloud">The configured cloud's name.</param>
/// <param name="Account">Whose credential it is; null for one that serves every account.</param>
public sealed record CredentialKey(string Cloud, AccountId? Account);
