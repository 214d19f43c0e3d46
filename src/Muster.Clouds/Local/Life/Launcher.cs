using System.Text.Json;

using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Clouds.Local.Templates;
using Muster.Clouds.Local.Zones;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Makes instances, each launch at most one, whatever dies on the way.</summary>
internal sealed class Launcher(
    LocalFiles files,
    IProcessTable processes,
    InstanceIndex index,
    Census census,
    PortBook ports,
    Lazy<ControlGroups> controlGroups,
    Lazy<CallerGroups> callerGroups,
    LocalTemplates templates,
    Room room,
    ChangeFeed changes,
    OwnedTasks tasks,
    TimeProvider timeProvider,
    TimeSpan timeout,
    string searchPath,
    string shell,
    RunAsUser? runAs) : IDisposable
{
    /// <summary>Starting is work for the kernel and the disk: more at once would only queue there, and hold file descriptors.</summary>
    private const int StartsAtOnceMax = 16;

    /// <summary>What one start holds: its lock, a record or a port's promise, the log files.</summary>
    private const int DescriptorsEach = 4;

    private readonly SemaphoreSlim _starts = new(Math.Clamp(OpenFiles.Reserve / 2 / DescriptorsEach, 1, StartsAtOnceMax));
    private readonly BootStage _stage = new(processes, shell, runAs);
    private readonly Lock _roomGate = new();

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Once it has the lock it happens or does not happen as a whole; a caller who stops waiting finds it by its token.
        var launching = tasks.TryRun(async _ =>
        {
            // Its turn before its lock: who waits holds no descriptor.
            await _starts.WaitAsync(cancellationToken);
            try
            {
                using var held = await TakeLockAsync(request.Launch, cancellationToken);
                return await LaunchHeldAsync(request, held);
            }
            finally
            {
                _starts.Release();
            }
        });
        ObjectDisposedException.ThrowIf(launching is null, this);
        return await launching.WaitAsync(cancellationToken);
    }

    public void Dispose() => _starts.Dispose();

    private async Task<LaunchLock> TakeLockAsync(LaunchId launch, CancellationToken cancellationToken)
    {
        try
        {
            return await LaunchLock.TakeAsync(files, launch, timeout, cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new CloudException(CloudErrorKind.Ambiguous,
                $"launch {launch} is being made by another Muster process", innerException: error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failures.Translate(error, $"launch {launch}");
        }
    }

    private async Task<Instance> LaunchHeldAsync(LaunchRequest request, LaunchLock held)
    {
        try
        {
            if (FindEarlier(request.Launch) is { } earlier)
            {
                return earlier;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Failures.Translate(error, $"launch {request.Launch}");
        }

        var spec = templates.Read(request.Template).Required;

        try
        {
            return await MakeAsync(request, spec, held);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CloudException(
                CloudErrorKind.Ambiguous, $"launch {request.Launch}: something of it may be left: {error.Message}", innerException: error);
        }
    }

    /// <summary>What an earlier call with this id made; null when it made nothing, and nothing of it is left then.</summary>
    private Instance? FindEarlier(LaunchId launch)
    {
        if (FindSpent(launch) is { } spent)
        {
            return spent;
        }

        if (census.FindHeld(launch) is not { } instance)
        {
            return null;
        }

        if (!instance.NeverRan || instance.Order is not null)
        {
            return instance.Snapshot;
        }

        Undo(instance);
        return null;
    }

    private Instance? FindSpent(LaunchId launch)
    {
        if (LocalFiles.ReadRecord(files.SpentDirectory(launch)) is not { } record)
        {
            return null;
        }

        var spent = new LocalInstance(record, files.SpentDirectory(launch));
        spent.SetExited(new ExitStatus(Code: null, Signal: null, "terminated"));
        spent.SetOrder(new TerminationOrder(record.CreatedAt));
        return spent.Snapshot;
    }

    private async Task<Instance> MakeAsync(LaunchRequest request, InstanceSpec spec, LaunchLock held)
    {
        var instance = WriteWhereRoomIs(request, spec);
        int pid;
        try
        {
            var directory = files.InstanceDirectory(instance.Launch);
            var environment = InstanceEnvironment.Build(
                instance.Record, directory, searchPath, request.Template.UserData is not null, spec.Metadata);
            pid = _stage.Start(directory, instance.Record, environment, callerGroups.Value.Shared, held);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var failure = Failures.Translate(error, $"image is '{request.Template.Image}'");
            instance.IsBeingLaunchedHere = false;
            UndoAfter(failure, instance);
            throw failure;
        }

        try
        {
            return await SettleAsync(instance, pid, held);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or TimeoutException)
        {
            throw new CloudException(CloudErrorKind.Ambiguous,
                $"the process {pid} of launch {instance.Launch} was started, and then: {error.Message}", innerException: error);
        }
        finally
        {
            instance.IsBeingLaunchedHere = false;
        }
    }

    private LocalInstance WriteWhereRoomIs(LaunchRequest request, InstanceSpec spec)
    {
        if (!room.Counts(request.Zone))
        {
            return Write(request, spec, room.Choose(request.Zone, LivingZones));
        }

        // Counted and taken in one step, or two launches would take the last place, or all go to one zone. Those of other Muster processes
        // are counted as of the last look at the directory: with several, a zone may get one too many.
        lock (_roomGate)
        {
            if (room.IsBounded)
            {
                CountAnew(request);
            }

            return Write(request, spec, room.Choose(request.Zone, LivingZones));
        }
    }

    private void CountAnew(LaunchRequest request)
    {
        try
        {
            census.Refresh();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Failures.Translate(error, $"launch {request.Launch}");
        }
    }

    private IEnumerable<string?> LivingZones() => index.UpTo(long.MaxValue)
        .Where(instance => instance is { NeverRan: false, Exit: null })
        .Select(instance => instance.Record.Zone);

    /// <summary>Writes the intent down: from here on the instance is listed.</summary>
    private LocalInstance Write(LaunchRequest request, InstanceSpec spec, string? zone)
    {
        var port = 0;
        string? controlGroup = null;
        try
        {
            port = ports.Reserve(request.Launch);
            string? whyNot = null;
            if (spec.Limits is not null)
            {
                (controlGroup, whyNot) = controlGroups.Value.Create(request.Launch.ToString(), spec.Limits);
            }

            if (controlGroup is null && callerGroups.Value.Parent is { } parent)
            {
                controlGroup = ControlGroups.CreateApart(parent, request.Launch.ToString());
            }

            var record = new InstanceRecord
            {
                Launch = request.Launch.Value,
                Name = request.Name,
                CreatedAt = timeProvider.GetUtcNow(),
                BootId = processes.BootId,
                Command = spec.Command,
                Port = port,
                StopGrace = spec.StopGrace,
                ControlGroup = controlGroup,
                Home = files.HomeOf(request.Launch)?.Home,
                RunAs = files.HomeOf(request.Launch)?.User,
                Limits = spec.Limits is null ? null : whyNot is null ? "applied" : $"not applied: {whyNot}",
                Zone = zone,
                Interruptible = request.IsInterruptible ? true : null,
                Tags = request.Tags,
            };
            var instance = new LocalInstance(record, files.InstanceDirectory(request.Launch)) { IsBeingLaunchedHere = true };
            files.WriteInstance(request.Launch, record, request.Template.UserData);
            index.Put(instance);
            changes.Publish(instance);
            return instance;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (controlGroup is not null)
            {
                ControlGroups.Remove(controlGroup);
            }

            if (port != 0)
            {
                ports.Release(port, request.Launch);
            }

            throw Failures.Translate(error, $"launch {request.Launch}");
        }
    }

    private async Task<Instance> SettleAsync(LocalInstance instance, int pid, LaunchLock held)
    {
        var watched = census.WatchChild(instance, pid);
        // The boot stage has its own hold on the lock: when we get it again, the stage is through, or dead.
        held.Dispose();
        using var again = await LaunchLock.TakeAsync(files, instance.Launch, timeout, CancellationToken.None);
        instance.SetChild(watched);
        if (FindSpent(instance.Launch) is { } spent)
        {
            // Another Muster process terminated it in the moment between the two locks.
            index.Remove(instance);
            changes.Publish(instance);
            return spent;
        }

        census.Settle_NeedsLaunchLock(instance);
        if (!instance.NeverRan)
        {
            return instance.Snapshot;
        }

        if (watched is null)
        {
            instance.SetExited(ExitStatus.Unknown);
        }

        await instance.Exited.WaitAsync(timeout, TimeProvider.System);
        var detail = instance.Exit!.ToString();
        var failure = new CloudException(CloudErrorKind.Unavailable,
            $"launch {instance.Launch} could not be started: its boot stage {detail} before it could write that it runs");
        UndoAfter(failure, instance);
        throw failure;
    }

    /// <summary>Undoes what a failed launch made.</summary>
    /// <exception cref="CloudException">Something is left, so that nobody may say that nothing happened.</exception>
    private void UndoAfter(CloudException failure, LocalInstance instance)
    {
        try
        {
            Undo(instance);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CloudException(
                CloudErrorKind.Ambiguous,
                $"{failure.Message}; and what was made of it could not be removed: {error.Message}",
                innerException: failure);
        }
    }

    private void Undo(LocalInstance instance)
    {
        files.Forget(instance.Launch);
        // Not before its files are gone: what is left is listed.
        index.Remove(instance);
        ports.Release(instance.Record.Port, instance.Launch);
        if (instance.Record.ControlGroup is { } group)
        {
            ControlGroups.Remove(group);
        }

        changes.Publish(instance);
    }
}
