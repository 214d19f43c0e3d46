using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Finds accounts and clouds that have groups.</summary>
internal sealed class Discovery(PulseParts parts)
{
    public async Task RunAsync()
    {
        while (!parts.Stopping.IsCancellationRequested)
        {
            var wait = parts.Options.DiscoverInterval;
            try
            {
                parts.Schedule.Discover((await parts.Store.ListSweepsAsync(parts.Stopping)).Select(share => share.Sweep));
                parts.Schedule.Ring();
            }
            catch (StoreException error)
            {
                wait = Retry.Min;
                parts.Observer.OnFailed("reading what there is to keep", error, wait);
            }
            catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(wait, parts.Time, parts.Stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
