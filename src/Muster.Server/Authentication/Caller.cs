using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Server.Authentication;

/// <summary>Whom the server takes the sender of a request for.</summary>
/// <param name="Account">Whose templates and groups are seen.</param>
/// <param name="Author">Written into the audit trail for every change.</param>
/// <param name="Role">What may be done.</param>
/// <param name="Scope">How far that reaches.</param>
/// <param name="Token">By which token; null where no authentication is needed, and for callers who sign.</param>
public sealed record Caller(AccountId Account, string Author, Role Role, TokenScope Scope, Token? Token)
{
    /// <summary>The author of changes made without authentication.</summary>
    public const string DevAuthor = "dev";
}
