using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Server.Authentication;

/// <summary>Whom the server takes the sender of a request for.</summary>
/// <param name="Account">Whose templates and groups are seen.</param>
/// <param name="Author">Written into the audit trail for every change.</param>
/// <param name="Role">What may be done.</param>
/// <param name="Scope">How far that reaches.</param>
/// <param name="Token">By which token; null where no authentication is needed, and for callers who sign.</param>
internal sealed record Caller(AccountId Account, string Author, Role Role, TokenScope Scope, Token? Token)
{
    /// <summary>The author of changes made without authentication.</summary>
    public const string DevAuthor = "dev";
}

/// <summary>Hands the caller from the gate to the handlers.</summary>
internal static class CallerOfRequest
{
    private static readonly object Key = new();
    private static readonly object WorkloadKey = new();

    public static void SetCaller(this HttpContext http, Caller caller) => http.Items[Key] = caller;

    /// <exception cref="InvalidOperationException">The endpoint is open to all: it has no caller.</exception>
    public static Caller Caller(this HttpContext http) =>
        http.CallerOrNull() ?? throw new InvalidOperationException("this endpoint has no caller");

    /// <summary>The caller, if the request came as far as the gate.</summary>
    public static Caller? CallerOrNull(this HttpContext http) => http.Items[Key] as Caller;

    public static void SetWorkload(this HttpContext http, IWorkload workload) => http.Items[WorkloadKey] = workload;

    /// <summary>The program that checks levels elsewhere, if it is one and came as far as its gate.</summary>
    public static IWorkload? WorkloadOrNull(this HttpContext http) => http.Items[WorkloadKey] as IWorkload;
}
