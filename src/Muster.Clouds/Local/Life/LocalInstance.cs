using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>What is known of one instance, in one of its runs: a start makes it another.</summary>
/// <remarks>
/// <code>
/// Provisioning ──► Running ◄──► Stopped          (SIGSTOP and SIGCONT by somebody else)
///      │              └──┬────────┘
///      │                 ├──► Failed ──┐         (it ended by itself; stays listed until terminated or started)
///      │                 ├──► Stopped ─┤         (on order; stays listed until terminated or started)
///      └──► never ran    └─────────────┴──► Terminating ──► spent, no longer listed
/// </code>
/// A further run that never began rests, as the one before it did: it is listed as stopped, or as failed.
/// Never call the exit watcher while holding <see cref="Gate"/>: it reports under a lock of its own.
/// </remarks>
internal sealed class LocalInstance
{
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hurried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InstanceId _id;
    private readonly string _directory;

    // Under the gate.
    private bool _settled;
    private bool _neverRan;
    private bool _cutOff;
    private bool _stopped;
    private DateTimeOffset? _leavingAt;
    private ExitStatus? _exit;
    private TerminationOrder? _order;
    private StopOrder? _stop;
    private bool _stopDone;
    private string? _trouble;
    private string? _limits;

    private volatile Instance _snapshot;

    public LocalInstance(InstanceRecord record, string directory)
    {
        Record = record;
        Launch = new LaunchId(record.Launch);
        _id = new InstanceId(record.Launch.ToString());
        _directory = directory;
        _limits = record.Limits;
        _snapshot = Draw_NeedsGate();
        Group = _snapshot.Read<GroupId>(MusterTags.Group);
        Installation = _snapshot.Read<InstallationId>(MusterTags.Installation);
        Account = _snapshot.Read<AccountId>(MusterTags.Account);
    }

    public LaunchId Launch { get; }

    public InstanceRecord Record { get; }

    public InstallationId? Installation { get; }

    public AccountId? Account { get; }

    public GroupId? Group { get; }

    /// <summary>Held while the process is signalled or reaped, so that neither happens to a number that is free again.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The state as the cloud port wants it.</summary>
    public Instance Snapshot => _snapshot;

    /// <summary>Completes when the process has ended and was reaped, if it was ours to reap.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Completes when an order to rest was replaced by one that leaves less time.</summary>
    public Task Hurried => _hurried.Task;

    /// <summary>Set by the launcher or the starter while it is at work on it: nobody else need find out whether it ran.</summary>
    public bool IsBeingLaunchedHere { get; set; }

    /// <summary>The work that ends it; null while nobody does. Under the terminator's lock.</summary>
    public Task? Completion { get; set; }

    /// <summary>The work that brings it to rest; null while nobody does. Under the stopper's lock.</summary>
    public Task? Rest { get; set; }

    /// <summary>The process; null before it is known and when it was gone before it was watched. Under the gate.</summary>
    public WatchedProcess? Process { get; private set; }

    /// <summary>The process's identity; null when it never ran or is not known yet. Under the gate.</summary>
    public ProcessIdentity? Identity { get; private set; }

    public bool IsSettled => Read(() => _settled);

    /// <summary>Whether there was only ever the intent. Such a launch may still be made.</summary>
    public bool NeverRan => Read(() => _neverRan);

    /// <summary>Whether it ran before, and its last start came to nothing.</summary>
    public bool IsCutOff => Read(() => _cutOff);

    /// <summary>Whether it has ended, or a further run of it did not begin.</summary>
    public bool Rests => Read(() => _cutOff || _exit is not null);

    public ExitStatus? Exit => Read(() => _exit);

    public TerminationOrder? Order => Read(() => _order);

    /// <summary>The order to rest; null without one.</summary>
    public StopOrder? Stop => Read(() => _stop);

    /// <summary>Whether that was carried out by this Muster process: nothing of the run is left.</summary>
    public bool IsStopDone => Read(() => _stopDone);

    /// <summary>The process lives, or lived when it was last looked at; an exit that was reported before stays.</summary>
    public void SetBooted(ProcessIdentity identity, WatchedProcess? process, bool? inControlGroup) => Change(() =>
    {
        _settled = true;
        (_neverRan, _cutOff) = (false, false);
        Identity = identity;
        Process = process;
        if (inControlGroup is false && Record.Limits is not null)
        {
            _limits = "not applied: the process could not join its cgroup";
        }
    });

    /// <summary>Keeps the watch on the process that was just started, before it is known to have booted.</summary>
    public void SetChild(WatchedProcess? process)
    {
        lock (Gate)
        {
            Process = process;
        }
    }

    /// <summary>Nothing ran in this run, and nobody is about to start it.</summary>
    /// <returns>Whether that is news.</returns>
    public bool SetNeverRan() => Change(() =>
    {
        _settled = false;
        (_neverRan, _cutOff) = (Record.Run is null, Record.Run is not null);
    });

    /// <summary>The process has ended. Waits for nothing; a later, better-informed status replaces an unknown one.</summary>
    /// <returns>Whether that is news.</returns>
    public bool SetExited(ExitStatus status)
    {
        var isNews = Change(() =>
        {
            if (_exit is null || _exit == ExitStatus.Unknown)
            {
                _exit = status;
            }
        });
        _exited.TrySetResult();
        return isNews;
    }

    /// <returns>Whether that is news.</returns>
    public bool SetStopped(bool stopped) => Change(() => _stopped = stopped);

    /// <returns>Whether that is news.</returns>
    public bool SetNotice(DateTimeOffset? leavingAt) => Change(() => _leavingAt = leavingAt);

    /// <returns>Whether that is news.</returns>
    public bool SetOrder(TerminationOrder order) => Change(() => _order ??= order);

    /// <summary>It is to rest, or sooner than it was to.</summary>
    /// <returns>Whether that is news.</returns>
    public bool SetStop(StopOrder stop) => Change(() =>
    {
        if (stop.KillAt < _stop?.KillAt)
        {
            _hurried.TrySetResult();
        }

        _stop = stop;
    });

    /// <summary>Nothing is left of the run that was to end.</summary>
    public void SetStopDone() => Change(() => (_stopDone, _trouble) = (true, null));

    /// <summary>Why the end of it does not get on; null when it does.</summary>
    public void SetTrouble(string? trouble) => Change(() => _trouble = trouble);

    private T Read<T>(Func<T> read)
    {
        lock (Gate)
        {
            return read();
        }
    }

    private bool Change(Action change)
    {
        lock (Gate)
        {
            change();
            var before = _snapshot;
            _snapshot = Draw_NeedsGate();
            return before.State != _snapshot.State || before.StateDetail != _snapshot.StateDetail
                || before.LeavingAt != _snapshot.LeavingAt || before.StoppedOnOrder != _snapshot.StoppedOnOrder;
        }
    }

    private Instance Draw_NeedsGate()
    {
        var (state, detail, onOrder) = this switch
        {
            { _order: not null } => (InstanceState.Terminating, _trouble ?? _exit?.ToString(), null),
            { _cutOff: true } when _stop is not null || Record.AfterOrder is true =>
                (InstanceState.Stopped, "stopped; a start of it came to nothing", true),
            { _cutOff: true } => (InstanceState.Failed, "a start of it came to nothing", false),
            { _settled: false } => (InstanceState.Provisioning, null, null),
            { _exit: { } exit, _stop: not null } => (InstanceState.Stopped, $"stopped: {exit}", true),
            { _exit: { } exit } => (InstanceState.Failed, exit.ToString(), false),
            // It ends in stopped, and does not work any more.
            { _stop: not null } => (InstanceState.Terminating, _trouble ?? "stopping", null),
            { _stopped: true } => (InstanceState.Stopped, "stopped by a signal", null),
            _ => (InstanceState.Running, (string?)null, (bool?)null),
        };
        return new Instance
        {
            Id = _id,
            Name = Record.Name,
            State = state,
            StateDetail = detail,
            StoppedOnOrder = onOrder,
            LeavingAt = _leavingAt,
            CreatedAt = Record.CreatedAt,
            Tags = Record.Tags,
            Zone = Record.Zone,
            Addresses = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Record.Port}")],
            Attributes = DrawAttributes_NeedsGate(),
        };
    }

    private ImmutableSortedDictionary<string, string> DrawAttributes_NeedsGate()
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        attributes["port"] = Record.Port.ToString(CultureInfo.InvariantCulture);
        attributes["directory"] = _directory;
        attributes["log"] = LocalFiles.OutputPath(_directory);
        // One that rests on order has none.
        if (Identity is { } identity && !(_stop is not null && _exit is not null))
        {
            attributes["pid"] = identity.Pid.ToString(CultureInfo.InvariantCulture);
        }

        if (_limits is not null)
        {
            attributes["limits"] = _limits;
        }

        return attributes.ToImmutable();
    }
}
