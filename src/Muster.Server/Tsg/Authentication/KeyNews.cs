using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Pulsing;
using Muster.Core.Storage;

namespace Muster.Server.Tsg.Authentication;

/// <summary>Passes on that an account has another service key: connections change over, and groups that could not be kept are looked at at once.</summary>
/// <remarks>Other servers need not be told: their connections find the key by themselves (<see cref="AccountCloud"/>), and any server may check any group.</remarks>
internal sealed class KeyNews(IStore store, ICloudDirectory clouds, IPulse pulse)
{
    private const int PageSize = 500;

    public async Task TellAsync(AccountId account, CancellationToken cancellationToken)
    {
        clouds.OnKeyConfirmed(account);
        var page = new PageRequest(PageSize);
        while (true)
        {
            var groups = await store.ListGroupsAsync(account, page, includeArchived: false, cancellationToken);
            foreach (var waiting in groups.Items.Where(group => group.State.Condition is GroupCondition.Degraded))
            {
                pulse.Wake(waiting.Group.Id);
            }

            if (groups.NextCursor is not { } next)
            {
                return;
            }

            page = new(PageSize, next);
        }
    }
}
