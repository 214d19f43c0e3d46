using System.Runtime.CompilerServices;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Listens to CloudAPI's change feed, a WebSocket that tells of every change of the account's machines.</summary>
internal sealed class MachineChanges(CloudApi api, MachineListing listing, TimeProvider timeProvider)
{
    /// <summary>Where there is no feed, it is asked for again so often: an upgrade of CloudAPI brings one.</summary>
    private static readonly TimeSpan AbsentRetry = TimeSpan.FromHours(1);

    private static ReadOnlySpan<byte> Subscription => """{"resource":"vm","subResources":["alias","destroyed","state","tags"]}"""u8;

    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var feed = await api.ChangesAsync(cancellationToken);
            if (feed is null)
            {
                await Task.Delay(AbsentRetry, timeProvider, cancellationToken);
                continue;
            }

            await feed.SendAsync(Subscription.ToArray(), cancellationToken);

            // What happened while nobody listened is in no message: everything there is worth a look.
            await foreach (var page in listing.ListAsync(new(installation), cancellationToken))
            {
                foreach (var instance in page.Instances)
                {
                    yield return new(instance.Read<GroupId>(MusterTags.Group), instance.Id);
                }
            }

            while (await feed.NextAsync(cancellationToken) is { } message)
            {
                var change = HttpAnswer.Read(message.Span, TritonJson.Default.Change, "the change feed", CloudErrorKind.Unavailable);
                if (change.Machine is { } machine && machine.Tag(MusterTags.Installation) == installation.ToString()
                    && (change.Id ?? machine.Id) is { Length: > 0 } id)
                {
                    yield return new(MachineReader.GroupOf(machine), new(id));
                }
            }

            throw new CloudException(CloudErrorKind.Unavailable, "the change feed ended");
        }
    }
}
