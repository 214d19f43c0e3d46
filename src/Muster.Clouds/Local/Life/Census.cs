using System.Text.Json;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Keeps the index true to the directory and to the processes, whoever changes them.</summary>
internal sealed class Census(
    LocalFiles files, IProcessTable processes, IExitWatcher exits, InstanceIndex index, ChangeFeed changes)
{
    /// <summary>
    /// A directory's time has the kernel's tick (up to 10 ms) or, on other file systems, up to 2 s as its grain: two changes
    /// within one grain look like one. So only a time that was this old when the names were read proves that nothing changed.
    /// </summary>
    private static readonly TimeSpan TimeGrain = TimeSpan.FromSeconds(3);

    /// <summary>How late a stopped process or a notice is seen: nobody tells, so each has to be looked at, which is not free.</summary>
    private static readonly TimeSpan LookAgainInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // Under the gate.
    private DateTime _namesReadOf = DateTime.MinValue;
    private bool _namesSettled;
    private long _lookedAgainAt = TimeProvider.System.GetTimestamp();

    /// <summary>Called for an instance whose end was ordered, here or by another Muster process.</summary>
    public Action<LocalInstance> Ordered { get; set; } = _ => { };

    /// <summary>Called for an instance that is to rest, also where another process gave the order.</summary>
    public Action<LocalInstance> Stopping { get; set; } = _ => { };

    /// <summary>Whether some instance is being launched by another Muster process, so that a further look is due soon.</summary>
    public bool HasUnsettled { get; private set; }

    /// <summary>Makes the index true as of now.</summary>
    public void Refresh()
    {
        exits.Drain();
        lock (_gate)
        {
            if (NamesMayHaveChanged_NeedsGate())
            {
                ReadNames_NeedsGate();
            }

            SettleOpenOnes();
            LookAgain_NeedsGate();
        }
    }

    /// <summary>Finds the instance of a launch whose lock the caller holds, and what became of it.</summary>
    /// <returns>Null when there is no such directory.</returns>
    public LocalInstance? FindHeld(LaunchId launch)
    {
        exits.Drain();
        var directory = files.InstanceDirectory(launch);
        if (!Directory.Exists(directory))
        {
            return null;
        }

        if (index.Find(launch) is not { } instance)
        {
            if (LocalFiles.ReadRecord(directory) is not { } record)
            {
                return null;
            }

            instance = new LocalInstance(record, directory);
            index.Put(instance);
        }

        instance = Renew_NeedsLaunchLock(instance);
        Settle_NeedsLaunchLock(instance);
        if (files.ReadOrder(launch) is { } order)
        {
            Order(instance, order);
        }

        if (files.ReadStop(launch) is { } stop)
        {
            Stop(instance, stop);
        }

        return instance;
    }

    /// <summary>Finds an instance that is to be stopped or started, whose launch's lock the caller holds.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.NotFound"/>: it is gone, on its way out, or somebody else's.
    /// </exception>
    public LocalInstance FindOwnedHeld(InstallationId installation, InstanceId id, LaunchId launch)
    {
        var instance = FindHeld(launch);
        OwnedInstance.Of(instance?.Snapshot, isEnding: instance is { NeverRan: true } or { Order: not null }, id, installation);
        return instance!;
    }

    /// <summary>Finds out whether the instance ran, and watches it if it lives.</summary>
    public void Settle_NeedsLaunchLock(LocalInstance instance)
    {
        if (instance.IsSettled)
        {
            return;
        }

        var directory = files.InstanceDirectory(instance.Launch);
        if (LocalFiles.ReadBoot(directory, instance.Record.Run) is not { } boot || processes.Parse(boot.Process) is not { } identity)
        {
            if (instance.SetNeverRan() && instance.IsCutOff)
            {
                changes.Publish(instance);
            }

            return;
        }

        Settle(instance, identity, boot, directory);
        LookForNotice(instance);
        changes.Publish(instance);
    }

    /// <summary>Watches the process this Muster process has just started as a child.</summary>
    public WatchedProcess? WatchChild(LocalInstance instance, int pid) =>
        processes.Read(pid) is { } status
            ? exits.Watch(status.Identity, isChild: true, ended => Finish(instance, status.Identity, ended))
            : null;

    /// <summary>Notes that the instance is to end.</summary>
    public void Order(LocalInstance instance, TerminationOrder order)
    {
        if (instance.SetOrder(order))
        {
            changes.Publish(instance);
        }

        Ordered(instance);
    }

    /// <summary>Notes that the instance is to rest.</summary>
    public void Stop(LocalInstance instance, StopOrder stop)
    {
        if (instance.SetStop(stop))
        {
            changes.Publish(instance);
        }

        if (!instance.IsStopDone)
        {
            Stopping(instance);
        }
    }

    /// <summary>Whether a signal has stopped the process, as of now.</summary>
    public bool IsFrozen(LocalInstance instance)
    {
        if (instance is { IsSettled: true, Rests: false }
            && processes.Read(instance.Identity!.Value.Pid) is { } status && status.Identity == instance.Identity)
        {
            if (instance.SetStopped(status.IsStopped))
            {
                changes.Publish(instance);
            }

            return status.IsStopped;
        }

        return false;
    }

    /// <summary>
    /// An intent that came to nothing may have been made anew, by another process, with another port; and an instance started again.
    /// </summary>
    private LocalInstance Renew_NeedsLaunchLock(LocalInstance instance)
    {
        var directory = files.InstanceDirectory(instance.Launch);
        if (LocalFiles.ReadRecord(directory) is not { } record || IsOf(instance, record))
        {
            return instance;
        }

        var renewed = new LocalInstance(record, directory);
        index.Put(renewed);
        return renewed;
    }

    private static bool IsOf(LocalInstance instance, InstanceRecord record) =>
        (record.Port, record.CreatedAt, record.Run) == (instance.Record.Port, instance.Record.CreatedAt, instance.Record.Run);

    private void Settle(LocalInstance instance, ProcessIdentity identity, BootRecord boot, string directory)
    {
        if (instance.Exit is null && LocalFiles.ReadExit(directory, instance.Record.Run) is { } exit)
        {
            instance.SetExited(exit);
        }
        else if (instance.Record.BootId != processes.BootId)
        {
            instance.SetExited(new ExitStatus(Code: null, Signal: null, "lost in a restart of the machine"));
        }

        if (instance.Exit is not null || instance.Process is not null)
        {
            instance.SetBooted(identity, instance.Process, boot.InControlGroup);
            return;
        }

        var watched = exits.Watch(identity, isChild: false, ended => Finish(instance, identity, ended));
        instance.SetBooted(identity, watched, boot.InControlGroup);
        if (watched is null)
        {
            instance.SetExited(LocalFiles.ReadExit(directory, instance.Record.Run) ?? ExitStatus.Unknown);
        }
    }

    /// <summary>Reaps the process if it is ours to reap, and notes its end.</summary>
    /// <returns>Whether it has ended.</returns>
    /// <remarks>Runs where ends are reported, so it must not throw: there is nobody to catch it.</remarks>
    private bool Finish(LocalInstance instance, ProcessIdentity identity, bool isKnownToHaveEnded)
    {
        ExitStatus? status = null;
        lock (instance.Gate)
        {
            // Also tried for processes we did not start: after a reopening in the same process they are children all the same.
            switch (LibC.Reap(identity.Pid))
            {
                case Reaping.Done done:
                    status = done.Status;
                    break;
                case Reaping.NoChild when isKnownToHaveEnded || instance.Process is { IsChild: true }:
                    // Ended, and init reaped it; or the kernel itself, where this process ignores SIGCHLD.
                    break;
                default:
                    return false;
            }
        }

        NoteExit(instance, status);
        return true;
    }

    private void NoteExit(LocalInstance instance, ExitStatus? status)
    {
        var directory = files.InstanceDirectory(instance.Launch);
        TerminationOrder? order = null;
        StopOrder? stop = null;
        try
        {
            if (status is not null && Directory.Exists(directory))
            {
                files.WriteExit(directory, instance.Record.Run, status);
            }

            status ??= LocalFiles.ReadExit(directory, instance.Record.Run);
            order = files.ReadOrder(instance.Launch);
            stop = files.ReadStop(instance.Launch);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // A full disk, say. Only the exit code is lost, and only to a later Muster process.
        }

        if (order is not null)
        {
            instance.SetOrder(order);
        }

        if (stop is not null)
        {
            // Before its end is known, or it would be seen for a moment as one that ended by itself.
            instance.SetStop(stop);
        }

        instance.SetExited(status ?? ExitStatus.Unknown);
        try
        {
            RenewIfStarted(instance);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // It rests as far as is known: a start and an end look again.
        }

        changes.Publish(instance);
        if (order is not null)
        {
            Ordered(instance);
        }
        else if (stop is not null)
        {
            Stopping(instance);
        }
    }

    /// <summary>Another Muster process may have started it again before its end was known here.</summary>
    private void RenewIfStarted(LocalInstance instance)
    {
        var directory = files.InstanceDirectory(instance.Launch);
        if (LocalFiles.ReadRecord(directory) is { } record && !IsOf(instance, record))
        {
            index.Replace(instance, new LocalInstance(record, directory));
        }
    }

    private bool NamesMayHaveChanged_NeedsGate()
    {
        var changedAt = Directory.GetLastWriteTimeUtc(files.Instances);
        if (_namesSettled && changedAt == _namesReadOf)
        {
            return false;
        }

        // Not settled before they are read: a reading that fails must fail again, and not be skipped the next time.
        _namesSettled = false;
        _namesReadOf = changedAt;
        return true;
    }

    private void ReadNames_NeedsGate()
    {
        var startedAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        var version = index.Version;
        var names = files.ReadNames();
        foreach (var instance in index.UpTo(version))
        {
            if (!names.Present.Contains(instance.Launch) && !instance.IsBeingLaunchedHere && index.Remove(instance))
            {
                changes.Publish(instance);
            }
        }

        foreach (var launch in names.Present)
        {
            if (index.Find(launch) is not { } instance)
            {
                Load(launch);
            }
            else if (!instance.IsBeingLaunchedHere)
            {
                RenewIfNamesTell(instance, names);
            }
        }

        foreach (var launch in names.Stopped)
        {
            if (index.Find(launch) is { IsBeingLaunchedHere: false } instance && files.ReadStop(launch) is { } stop)
            {
                Stop(instance, stop);
            }
        }

        foreach (var launch in names.Terminating)
        {
            if (index.Find(launch) is { } instance && (instance.Order ?? files.ReadOrder(launch)) is { } order)
            {
                Order(instance, order);
            }
        }

        _namesSettled = startedAt - _namesReadOf > TimeGrain;
    }

    /// <summary>
    /// A further run has another record, and between two there is a rest. One that was ordered to rest is only looked at when that order is
    /// gone or is another; every other one that rests, each time.
    /// </summary>
    private void RenewIfNamesTell(LocalInstance instance, InstanceNames names)
    {
        var mayBeAnother = instance.Stop is { } known
            ? !names.Stopped.Contains(instance.Launch) || files.ReadStop(instance.Launch) != known
            : instance.Rests;
        if (mayBeAnother)
        {
            RenewIfStarted(instance);
        }
    }

    private void Load(LaunchId launch)
    {
        var directory = files.InstanceDirectory(launch);
        try
        {
            // Null when it was spent since its name was read.
            if (LocalFiles.ReadRecord(directory) is { } record)
            {
                index.Put(new LocalInstance(record, directory));
            }
        }
        catch (JsonException error)
        {
            // Showing the rest would say that this one does not exist, and a second one would be launched in its place.
            throw new CloudException(CloudErrorKind.Unavailable,
                $"the record of an instance in {directory} cannot be read: look whether a process of it runs, then move the directory away",
                innerException: error);
        }
    }

    private void SettleOpenOnes()
    {
        var open = false;
        foreach (var instance in index.UpTo(long.MaxValue).Where(instance => !instance.IsSettled && !instance.IsBeingLaunchedHere))
        {
            using var held = LaunchLock.TryTake(files, instance.Launch);
            if (held is null)
            {
                open = true;
            }
            else
            {
                Settle_NeedsLaunchLock(Renew_NeedsLaunchLock(instance));
            }
        }

        HasUnsettled = open;
    }

    /// <returns>Whether what is found is news.</returns>
    private bool LookForNotice(LocalInstance instance) =>
        instance.Record.Interruptible is true
        && instance.SetNotice(LocalFiles.ReadNotice(instance.Record.Home ?? files.InstanceDirectory(instance.Launch)));

    /// <summary>Looks for what nobody tells: stopped processes, notices, and orders whose carrying out got stuck.</summary>
    private void LookAgain_NeedsGate()
    {
        if (TimeProvider.System.GetElapsedTime(_lookedAgainAt) < LookAgainInterval)
        {
            return;
        }

        _lookedAgainAt = TimeProvider.System.GetTimestamp();
        var all = index.UpTo(long.MaxValue);
        foreach (var instance in all.Where(instance => instance.Exit == ExitStatus.Unknown))
        {
            // Whoever started it knows more, and writes it down a moment after the end.
            if (LocalFiles.ReadExit(files.InstanceDirectory(instance.Launch), instance.Record.Run) is { } exit && instance.SetExited(exit))
            {
                changes.Publish(instance);
            }
        }

        foreach (var instance in all.Where(instance => instance.Order is not null))
        {
            Ordered(instance);
        }

        foreach (var instance in all.Where(instance => instance is { Stop: not null, IsStopDone: false }))
        {
            Stopping(instance);
        }

        foreach (var instance in all.Where(instance => instance is { IsSettled: true, Exit: null }))
        {
            IsFrozen(instance);
            if (LookForNotice(instance))
            {
                changes.Publish(instance);
            }
        }
    }
}
