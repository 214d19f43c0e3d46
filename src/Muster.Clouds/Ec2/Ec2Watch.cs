using System.Runtime.CompilerServices;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>Hints at changes that EventBridge tells of in a queue. A hint only: what is so, a listing says.</summary>
/// <param name="queue">The queue.</param>
/// <param name="api">Asks whose instances are that nobody has seen.</param>
/// <param name="owners">Whose instances are.</param>
/// <param name="onInterruption">Told when EC2 gives notice to an instance of ours.</param>
/// <param name="lagMax">How long EC2 may not show what it tells of.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="warnings">Gets what is odd about messages.</param>
internal sealed class Ec2Watch(
    Ec2Queue queue, Ec2Api api, Ec2Owners owners, Action onInterruption, TimeSpan lagMax, TimeProvider timeProvider,
    BoundedWarnings warnings)
{
    /// <summary>Streams hints, and deletes each message once whoever listens has asked for more.</summary>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await queue.ReceiveAsync(cancellationToken);
            var read = received.Select(message => (Message: message, Event: Read(message))).ToArray();
            var named = read.Select(one => one.Event?.Instance).OfType<string>();
            await LookUpAsync(named.Where(id => owners.Find(id) is null).ToHashSet(StringComparer.Ordinal), cancellationToken);
            var handled = new List<QueueMessage>();
            foreach (var (message, told) in read)
            {
                var owner = told is null ? null : owners.Find(told.Instance);
                if (told is not null && owner is null && (timeProvider.GetUtcNow() - told.At).Duration() < lagMax)
                {
                    // EC2 does not show it yet: the message stays, and comes again.
                    continue;
                }

                if (owner?.Installation == installation)
                {
                    if (told!.IsInterruption)
                    {
                        onInterruption();
                    }

                    yield return new(owner.Group, new InstanceId(told.Instance));
                }

                handled.Add(message);
            }

            // Whoever listens has come back for more: all of it was heard. What a crash before this leaves is told again.
            await queue.DeleteAsync(handled, cancellationToken);
        }
    }

    private Ec2Event? Read(QueueMessage message)
    {
        var (told, flaw) = Ec2Event.Read(message.Body);
        if (told is null || !Ec2States.IsId(told.Instance))
        {
            warnings.Tell($"the queue has a message that is no event of an instance: {ForeignText.Shown(flaw ?? "its id is none")}");
            return null;
        }

        return told;
    }

    /// <summary>Asks whose instances are, all that are not known in one call.</summary>
    private async Task LookUpAsync(HashSet<string> unknown, CancellationToken cancellationToken)
    {
        if (unknown.Count == 0)
        {
            return;
        }

        var answer = await api.LookAsync(
            Ec2Api.Form("DescribeInstances").Filter(("instance-id", [.. unknown.Order(StringComparer.Ordinal)])), cancellationToken);
        foreach (var node in Ec2Listing.InstancesOf(answer))
        {
            if (node.TextOf("instanceId") is { } id && unknown.Contains(id))
            {
                owners.Remember(id, Ec2Instance.TagsOf(node));
            }
        }
    }
}
