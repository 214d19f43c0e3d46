using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Pulsing;

/// <summary>Listens to one cloud's hints until the stop. Every server hears them all; the holder of the sweep acts on them.</summary>
internal sealed class CloudWatcher(PulseParts parts, CloudEntry entry)
{
    public async Task RunAsync()
    {
        var failures = 0;
        while (!parts.Stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in entry.Cloud.WatchAsync(parts.Store.Installation, parts.Stopping))
                {
                    failures = 0;
                    if (change.Group is { } group)
                    {
                        parts.Schedule.Wakes.Hint(group, entry.Cloud.Traits.ListingLagMax);
                    }
                    else
                    {
                        // It may be about anybody.
                        parts.Schedule.Wakes.WakeAll(entry);
                    }
                }
            }
            catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (CloudException error)
            {
                var wait = Retry.After(++failures, parts.Random);
                parts.Observer.OnFailed($"watching {entry.Name}", error, wait);
                await Task.Delay(wait, parts.Time, parts.Stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

                // Hints were lost meanwhile: everything that goes by this connection is looked at.
                parts.Schedule.Wakes.WakeAll(entry);
            }
        }
    }
}
