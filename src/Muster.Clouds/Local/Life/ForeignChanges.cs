using System.Threading.Channels;

using Muster.Clouds.Local.Files;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Looks when another Muster process on the same data directory launches or terminates, so that watchers hear of it.</summary>
internal sealed class ForeignChanges(LocalFiles files, Census census)
{
    /// <summary>While another process is in the middle of a launch, which takes a few milliseconds.</summary>
    private static readonly TimeSpan LookUnsettled = TimeSpan.FromMilliseconds(20);

    /// <summary>Without notifications from the system.</summary>
    private static readonly TimeSpan LookBlind = TimeSpan.FromMilliseconds(500);

    /// <summary>With them: only for stopped processes and notices, of which nobody tells.</summary>
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);

    /// <summary>Many launches at once are one look.</summary>
    private static readonly TimeSpan LookSpacing = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var notices = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = TryWatch(notices.Writer);
        try
        {
            while (true)
            {
                var wait = census.HasUnsettled ? LookUnsettled : watcher is null ? LookBlind : LookAnyway;
                await WaitForNoticeAsync(notices.Reader, wait, cancellationToken);
                Look();
                await Task.Delay(LookSpacing, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The cloud is closed.
        }
    }

    private void Look()
    {
        try
        {
            census.Refresh();
        }
        catch (Exception error) when (error is CloudException or IOException or UnauthorizedAccessException)
        {
            // Only hints are at stake here: the next listing meets the same and reports it.
        }
    }

    private static async Task WaitForNoticeAsync(ChannelReader<bool> notices, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(wait, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await notices.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was noticed in time: look anyway.
        }
    }

    private FileSystemWatcher? TryWatch(ChannelWriter<bool> notices)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(files.Instances) { NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName };
            watcher.Created += (_, _) => notices.TryWrite(true);
            watcher.Deleted += (_, _) => notices.TryWrite(true);
            watcher.Renamed += (_, _) => notices.TryWrite(true);
            watcher.Error += (_, _) => notices.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            // The user's limit of inotify instances is reached: look at intervals instead.
            watcher?.Dispose();
            return null;
        }
    }
}
