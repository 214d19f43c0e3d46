using Muster.Core.Accounts;

namespace Muster.Server.Authentication;

/// <summary>Everybody is <c>dev</c>, with every right over the default account.</summary>
internal sealed class DevCallers(DefaultAccount account) : ICallers
{
    public async ValueTask<Caller> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken) =>
        new(await account.GetAsync(cancellationToken), Caller.DevAuthor, Role.Admin, TokenScope.Installation, Token: null);
}
