using Microsoft.Win32.SafeHandles;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Processes;

/// <summary>A process whose end is waited for.</summary>
/// <param name="Identity">Which one.</param>
/// <param name="IsChild">Whether this process started it and must reap it.</param>
/// <param name="OnExit">Called once when it has ended, before it is reaped, on a thread of the watcher's or the caller's.</param>
internal sealed record WatchedProcess(ProcessIdentity Identity, bool IsChild, Action OnExit) : IDisposable
{
    /// <summary>The descriptor that stands for the very process; null where there is none.</summary>
    public SafeFileHandle? Pidfd { get; init; }

    /// <summary>Signals the process's whole group. The caller knows that the process is not reaped yet.</summary>
    /// <returns>Whether there was anybody to signal.</returns>
    public bool SignalGroup(int signal) =>
        Pidfd is { } pidfd && OperatingSystem.IsLinux() && LinuxCalls.SignalPidfdGroup(pidfd, signal) is { } found
            ? found
            : LibC.Signal(-Identity.Pid, signal);

    public void Dispose() => Pidfd?.Dispose();
}
