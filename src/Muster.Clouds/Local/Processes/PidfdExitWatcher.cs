using System.Runtime.Versioning;

using Microsoft.Win32.SafeHandles;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Processes;

/// <summary>One thread waits on a descriptor for each process (pidfd_open(2), Linux 5.3) and hears of an end at once.</summary>
/// <remarks>
/// A process without a descriptor, because the kernel is older or the limit of open files is near, is polled instead. How near it is says
/// the number of a descriptor itself, since the lowest free one is given: one at or above the bound goes back, so that the rest stays for
/// those who cannot make do without.
/// The thread only waits for the epoll descriptor to become readable; taking what is ready and reporting it happens under one
/// lock. So when <see cref="Drain"/> returns, no end is between two hands.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class PidfdExitWatcher : IExitWatcher
{
    private readonly IProcessTable _processes;
    private readonly PollingExitWatcher _polling;
    private readonly SafeFileHandle _epoll = LinuxCalls.CreateEpoll();
    private readonly SafeFileHandle _stop = LinuxCalls.CreateEvent();
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Dictionary<long, WatchedProcess> _watched = [];
    private long _lastToken;
    private Thread? _thread;
    private bool _stopped;

    private readonly int _numberMax;
    private volatile bool _isWanting;

    /// <param name="processes">Where processes are looked up.</param>
    /// <param name="numberMax">Descriptors with this number and above are not used for watching.</param>
    public PidfdExitWatcher(IProcessTable processes, int numberMax)
    {
        _processes = processes;
        _numberMax = numberMax;
        _polling = new PollingExitWatcher(processes);
    }

    public int WantingCount => _isWanting ? _polling.Count : 0;

    public WatchedProcess? Watch(ProcessIdentity identity, bool isChild, Func<bool, bool> finish)
    {
        var pidfd = LinuxCalls.OpenPidfd(identity.Pid, out var error);
        if (pidfd is null)
        {
            _isWanting |= error is LibC.ErrorFilesInProcess or LibC.ErrorFilesInSystem;
            return error == LibC.ErrorNoProcess ? null : _polling.Watch(identity, isChild, finish);
        }

        if (pidfd.DangerousGetHandle() >= _numberMax)
        {
            pidfd.Dispose();
            _isWanting = true;
            return _polling.Watch(identity, isChild, finish);
        }

        var isAdded = false;
        try
        {
            // Looked at after the descriptor is open: if the number is still ours now, it was when it was opened.
            if (!isChild && _processes.Read(identity.Pid)?.Identity != identity)
            {
                return null;
            }

            var watched = new WatchedProcess(identity, isChild, finish) { Pidfd = pidfd };
            isAdded = TryAdd(watched);
            return isAdded ? watched : _polling.Watch(identity, isChild, finish);
        }
        finally
        {
            if (!isAdded)
            {
                pidfd.Dispose();
            }
        }
    }

    public void Drain()
    {
        _polling.Drain();
        Span<long> tokens = stackalloc long[64];
        int count;
        do
        {
            lock (_gate)
            {
                count = _stopped ? 0 : LinuxCalls.TakeReady(_epoll, tokens);
                Report_NeedsLock(tokens[..count]);
            }
        }
        while (count == tokens.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _polling.DisposeAsync();
        Thread? thread;
        lock (_gate)
        {
            _stopped = true;
            thread = _thread;
        }

        LinuxCalls.Raise(_stop);
        thread?.Join();
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }

        _epoll.Dispose();
        _stop.Dispose();
    }

    /// <returns>Whether it is watched; false where the kernel takes no more (fs.epoll.max_user_watches).</returns>
    private bool TryAdd(WatchedProcess watched)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _watched.Add(++_lastToken, watched);
            try
            {
                LinuxCalls.AddOneShot(_epoll, watched.Pidfd!, _lastToken);
            }
            catch (IOException)
            {
                _watched.Remove(_lastToken);
                _isWanting = true;
                return false;
            }

            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "muster local exits" };
                _thread.Start();
            }
        }

        return true;
    }

    private void Report_NeedsLock(ReadOnlySpan<long> tokens)
    {
        foreach (var token in tokens)
        {
            if (_watched.Remove(token, out var watched))
            {
                if (!watched.Finish(true))
                {
                    // Dead, and held back from its parent by a debugger until that has seen it.
                    _polling.Add(watched);
                }

                watched.Dispose();
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            LinuxCalls.WaitReadable(_epoll, _stop);
            lock (_gate)
            {
                if (_stopped)
                {
                    return;
                }
            }

            Drain();
        }
    }
}
