namespace Muster.Core.Accounts;

/// <summary>How far a token's role reaches.</summary>
/// <remarks>See docs/decisions/0115-two-scopes-of-tokens.md.</remarks>
public enum TokenScope
{
    /// <summary>The account that it acts for, and nothing beyond.</summary>
    Account,

    /// <summary>
    /// Also what concerns the whole installation: accounts and who may come in, servers, sweeps, and calls to clouds. Templates, groups and
    /// tokens of other accounts are none of it.
    /// </summary>
    Installation,
}
