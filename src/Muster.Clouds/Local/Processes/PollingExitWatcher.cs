using System.Collections.Concurrent;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Processes;

/// <summary>Looks at each process again and again, where no descriptor can be had for it.</summary>
internal sealed class PollingExitWatcher : IExitWatcher
{
    /// <summary>How late an end may be seen: well under a second, at five looks a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IProcessTable _processes;
    private readonly ConcurrentDictionary<WatchedProcess, byte> _watched = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _starting = new();
    private Task? _loop;

    public PollingExitWatcher(IProcessTable processes) => _processes = processes;

    public int WantingCount => 0;

    /// <summary>How many are looked at.</summary>
    public int Count => _watched.Count;

    public WatchedProcess? Watch(ProcessIdentity identity, bool isChild, Func<bool, bool> finish)
    {
        // A child cannot have been replaced by another process: nobody but its parent reaps it.
        if (!isChild && !(_processes.Read(identity.Pid) is { IsDead: false } status && status.Identity == identity))
        {
            return null;
        }

        var watched = new WatchedProcess(identity, isChild, finish);
        Add(watched);
        return watched;
    }

    /// <summary>Goes on with a watch that another watcher began.</summary>
    public void Add(WatchedProcess watched)
    {
        _watched.TryAdd(watched, 0);
        lock (_starting)
        {
            _loop ??= Task.Run(LoopAsync);
        }
    }

    public void Drain()
    {
        foreach (var (watched, _) in _watched)
        {
            // Two who look at once may both see the end; the second report is no news.
            if (watched.Finish(HasVanished(watched)))
            {
                _watched.TryRemove(watched, out _);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }

        _stop.Dispose();
    }

    /// <summary>Whether it is gone as far as others than its parent can see. Its parent finds out by reaping, at once.</summary>
    private bool HasVanished(WatchedProcess watched)
    {
        if (watched.IsChild)
        {
            return false;
        }

        if (!OperatingSystem.IsLinux())
        {
            // Reading costs a process each there; whether the number is still ours is looked at before every signal.
            return !LibC.Exists(watched.Identity.Pid);
        }

        try
        {
            return _processes.Read(watched.Identity.Pid) is not { IsDead: false } status || status.Identity != watched.Identity;
        }
        catch (IOException)
        {
            // Nothing is known, and unknown is not dead: the next look may tell.
            return false;
        }
    }

    private async Task LoopAsync()
    {
        // Real processes live in real time, whatever clock the caller has.
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Drain();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
