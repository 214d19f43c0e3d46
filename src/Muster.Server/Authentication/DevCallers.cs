using System.Net;

using Muster.Core.Accounts;
using Muster.Server.Problems;

namespace Muster.Server.Authentication;

/// <summary>
/// Everybody on this machine is <c>dev</c>, with every right over the default account. Whoever asks these callers need not remember
/// what keeps others out: they refuse everybody while others can reach the server, and always what a web page of another site sent.
/// </summary>
internal sealed class DevCallers(DefaultAccount account, IPEndPoint listen) : ICallers
{
    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IPAddress.IsLoopback(listen.Address))
        {
            throw new ProblemException(
                ProblemKinds.Unauthenticated,
                $"nobody is let in without authentication: {listen} is not a loopback address (127.0.0.1, ::1)");
        }

        ForeignSiteGate.ThrowIfForeign(request);
        return new(await account.GetAsync(cancellationToken), Caller.DevAuthor, Role.Admin, TokenScope.Installation, Token: null);
    }
}
