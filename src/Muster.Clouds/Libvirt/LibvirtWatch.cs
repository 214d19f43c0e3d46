using System.Runtime.CompilerServices;
using System.Threading.Channels;

using Muster.Clouds.Libvirt.Domains;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Hears from libvirt what happens to domains. The events say which domain, and not whose: that is looked up.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LibvirtWatch(HostSet hosts, TimeProvider timeProvider)
{
    /// <summary>Events that wait to be looked up; beyond, the oldest are lost, and a sweep finds what they were about.</summary>
    private const int WaitingMax = 10_000;

    /// <summary>How long a host that is down among others is left alone. Nothing tells when it is back.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Hints at changes of the installation's instances.</summary>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = Channel.CreateBounded<(HostPlace Place, Guid Uuid)>(
            new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watches = hosts.All.Select(place => WatchAsync(place, told.Writer, stop.Token)).ToArray();
        try
        {
            await foreach (var (place, uuid) in told.Reader.ReadAllAsync(cancellationToken))
            {
                if (await OwnedAsync(place, uuid, installation, cancellationToken) is { } instance)
                {
                    yield return new(instance.Read<GroupId>(MusterTags.Group), instance.Id);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    /// <summary>
    /// Follows one host until told to stop. The only host of a cloud ends the stream when it breaks; one among others is tried again.
    /// </summary>
    private async Task WatchAsync(HostPlace place, ChannelWriter<(HostPlace Place, Guid Uuid)> told, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var events = await place.Host.SubscribeAsync(
                    uuid => told.TryWrite((place, uuid)), () => closed.TrySetResult(), cancellationToken);
                await closed.Task.WaitAsync(cancellationToken);
                throw new CloudException(CloudErrorKind.Unavailable, $"{place.Host.Shown}: the connection broke, and with it the events");
            }
            catch (CloudException error)
            {
                if (hosts.All.Length == 1)
                {
                    told.TryComplete(error);
                    return;
                }

                await Task.Delay(RetryAfter, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task<Instance?> OwnedAsync(
        HostPlace place, Guid uuid, InstallationId installation, CancellationToken cancellationToken)
    {
        var known = place.Memory.Find(uuid);
        Instance? now;
        try
        {
            now = await place.Host.LookAsync(
                connection => connection.FindDomain(uuid, InstanceMark.Uri) is { } fact
                    ? DomainInstances.Of(fact, place.Host.Zone, isEnding: false)
                    : null,
                cancellationToken);
        }
        catch (CloudException)
        {
            // Not to be seen now: what is known of it decides, and a hint too many does no harm.
            now = null;
        }

        if (now is not null)
        {
            place.Memory.Saw(now);
        }

        // One that is gone was somebody's, by what was seen of it before.
        return (now ?? known) is { } instance && instance.Read<InstallationId>(MusterTags.Installation) == installation ? instance : null;
    }
}
