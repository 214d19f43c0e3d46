using System.Threading.Channels;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Native;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Ends instances, with the volumes that were made for them.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="ending">Where others see what is being ended.</param>
/// <param name="grace">How long a shutdown may take.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LibvirtEnder(HostSet hosts, EndingInstances ending, TimeSpan grace, TimeProvider timeProvider)
{
    /// <summary>Ends one.</summary>
    public async Task EndAsync(Guid uuid, CancellationToken cancellationToken)
    {
        if (await hosts.FindAsync(uuid, mustKnow: true, cancellationToken) is not var (place, fact))
        {
            return;
        }

        if (fact.Mark is not { } text)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"{place.Host.Shown}: domain {fact.Name} does not carry Muster's mark in its metadata: nothing was done to it");
        }

        var mark = InstanceMark.Read(text, out _);
        await ending.EndAsync(uuid.ToString("D"), async () =>
        {
            if (grace == TimeSpan.Zero || fact.State == DomainStates.ShutOff)
            {
                await RemoveAsync(place, uuid, mark, cancellationToken);
                return;
            }

            await ShutDownAsync(place, uuid, cancellationToken);
            await CallDoubt.AfterStopAsync(() => RemoveAsync(place, uuid, mark, cancellationToken));
        });
        place.Memory.Lost(uuid);
    }

    /// <summary>The volumes before the domain: as long as it is there, a crash in between leaves an instance that is ended again.</summary>
    private static Task<bool> RemoveAsync(HostPlace place, Guid uuid, InstanceMark mark, CancellationToken cancellationToken) =>
        place.Host.ChangeAsync(
            connection =>
            {
                connection.Destroy(uuid);
                foreach (var volume in mark.Volumes.Where(volume => volume.Owner?.Launch == uuid))
                {
                    // Only what a launch made, whatever a hand has written into the metadata.
                    connection.DeleteVolume(volume.Pool, volume.Name);
                }

                connection.Undefine(uuid);
                return true;
            },
            cancellationToken);

    private async Task ShutDownAsync(HostPlace place, Guid uuid, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(grace, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        try
        {
            using var events = await place.Host.SubscribeAsync(
                id =>
                {
                    if (id == uuid)
                    {
                        told.Writer.TryWrite(true);
                    }
                },
                () => told.Writer.TryComplete(),
                both.Token);
            await place.Host.ChangeAsync(
                connection =>
                {
                    connection.ShutDown(uuid);
                    return true;
                },
                both.Token);
            while (await IsUpAsync(place, uuid, both.Token) && await told.Reader.WaitToReadAsync(both.Token))
            {
                told.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It had its time: now the plug is pulled.
        }
    }

    private static Task<bool> IsUpAsync(HostPlace place, Guid uuid, CancellationToken cancellationToken) => place.Host.LookAsync(
        connection => connection.FindDomain(uuid, InstanceMark.Uri) is { } fact && fact.State != DomainStates.ShutOff, cancellationToken);
}
