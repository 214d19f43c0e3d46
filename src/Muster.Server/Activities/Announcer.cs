using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Server.Activities;

/// <summary>Tells followers of a change that this server just recorded, so that they need not wait for the next look at the store.</summary>
internal sealed partial class Announcer(IStore store, ActivityFeed feed, ILogger<Announcer> logger)
{
    public async Task AnnounceAsync(Activity recorded)
    {
        try
        {
            // The store gave the entry a position and did not say which. The newest is no older, which is all a wake-up needs.
            feed.Announce([recorded with { Position = await store.LastPositionAsync(CancellationToken.None) }]);
        }
        catch (StoreException error)
        {
            // The change is made, so the request has succeeded; followers look at the store by themselves every second.
            LogNotAnnounced(error, recorded.Group.Value);
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "A change of group {Group} is recorded, and its followers will hear of it a little later")]
    private partial void LogNotAnnounced(Exception error, Guid group);
}
