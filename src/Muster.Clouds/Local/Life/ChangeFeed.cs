using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Passes hints to everybody who watches.</summary>
internal sealed class ChangeFeed
{
    /// <summary>Hints that wait for one slow watcher; older ones are dropped, since a hint only causes a look.</summary>
    private const int WaitingMax = 4096;

    private readonly ConcurrentDictionary<Channel<CloudChange>, InstallationId> _watchers = new();
    private volatile bool _closed;

    /// <summary>Tells that something about the instance changed.</summary>
    public void Publish(LocalInstance instance)
    {
        foreach (var (watcher, installation) in _watchers)
        {
            if (instance.Installation == installation)
            {
                watcher.Writer.TryWrite(new CloudChange(instance.Group, instance.Snapshot.Id));
            }
        }
    }

    /// <summary>Streams what is published from the first move on.</summary>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateBounded<CloudChange>(
            new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _watchers.TryAdd(watcher, installation);
        try
        {
            while (!_closed && await watcher.Reader.WaitToReadAsync(cancellationToken))
            {
                while (watcher.Reader.TryRead(out var change))
                {
                    yield return change;
                }
            }
        }
        finally
        {
            _watchers.TryRemove(watcher, out _);
        }

        throw new CloudException(CloudErrorKind.Unavailable, "the local cloud was closed");
    }

    /// <summary>Ends every stream.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var (watcher, _) in _watchers)
        {
            watcher.Writer.TryComplete();
        }
    }
}
