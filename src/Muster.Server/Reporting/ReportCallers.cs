using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Problems;

namespace Muster.Server.Reporting;

/// <summary>Callers are instances that bear the token which their launch gave them.</summary>
/// <param name="store">Whose a group is.</param>
/// <param name="passes">Proves; null where no instance gets a token.</param>
internal sealed class ReportCallers(IGroupReader store, ReportPasses? passes) : IInstanceCallers
{
    /// <summary>The author of what an instance says.</summary>
    private const string Author = "instance";

    private const string Scheme = "Bearer ";

    public bool IsOne(HttpRequest request) => Given(request) is not null;

    public async ValueTask<Caller> IdentifyAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (passes is null || Given(http.Request) is not { } text || !ReportToken.TryRead(text, out var token, out var proof)
            || await store.FindGroupAsync(token.Group, cancellationToken) is not { } record
            || record.Group.Phase is GroupPhase.Archived
            || !await IsGoodAsync(passes, token, proof, record, cancellationToken))
        {
            throw Unknown();
        }

        http.SetReporter(new(record, token.Launch));
        return new(record.Group.Account, Author, Role.Operate, TokenScope.Account, Token: null);
    }

    /// <summary>A token that is made up, retired, or whose instance is gone: nothing says which.</summary>
    public static ProblemException Unknown() => new(ProblemKinds.Unauthenticated, "this installation does not know the token");

    private static async Task<bool> IsGoodAsync(
        ReportPasses passes, ReportToken token, byte[] proof, GroupRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return await passes.IsGoodAsync(token, proof, record.Group.Account, cancellationToken);
        }
        catch (SealException error)
        {
            throw new ProblemException(ProblemKinds.StoreUnusable, $"the key of instances' tokens cannot be opened: {error.Message}");
        }
    }

    private static string? Given(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && value[Scheme.Length..].Trim() is var text && text.StartsWith(ReportToken.Prefix, StringComparison.Ordinal)
            ? text
            : null;
}
