using Microsoft.Win32.SafeHandles;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Processes;

/// <summary>A process whose end is waited for.</summary>
/// <param name="Identity">Which one.</param>
/// <param name="IsChild">Whether this process started it and must reap it.</param>
/// <param name="Finish">
/// Reaps the process if it is ours, and acts on its end; told whether the end is known already, or is to be found out by
/// reaping. Returns whether it has ended. Called on the watcher's thread, or on that of whoever drains it.
/// </param>
internal sealed record WatchedProcess(ProcessIdentity Identity, bool IsChild, Func<bool, bool> Finish) : IDisposable
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
