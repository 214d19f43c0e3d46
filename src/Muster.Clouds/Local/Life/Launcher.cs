using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Clouds.Local.Templates;
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
    Boots boots,
    Places places,
    InstanceGroups groups,
    LocalTemplates templates,
    ChangeFeed changes,
    TimeProvider timeProvider,
    string searchPath)
{
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await boots.InTurnAsync(request.Launch, held => LaunchHeldAsync(request, held), cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new CloudException(CloudErrorKind.Ambiguous,
                $"launch {request.Launch} is being made by another Muster process", innerException: error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failures.Translate(error, $"launch {request.Launch}");
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
        ImmutableArray<string> environment = [];
        var instance = places.Take(request.Launch, request.Zone, zone => Write(request, spec, zone, out environment));
        int pid;
        try
        {
            pid = boots.Start(instance, environment, held);
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

    /// <summary>Writes the intent down: from here on the instance is listed.</summary>
    private LocalInstance Write(LaunchRequest request, InstanceSpec spec, string? zone, out ImmutableArray<string> environment)
    {
        var port = 0;
        string? controlGroup = null;
        try
        {
            port = ports.Reserve(request.Launch);
            (controlGroup, var limits) = groups.Make(request.Launch, spec.Limits);
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
                Size = spec.Limits,
                Limits = limits,
                Zone = zone,
                Interruptible = request.IsInterruptible ? true : null,
                Tags = request.Tags,
            };
            var directory = files.InstanceDirectory(request.Launch);
            environment = InstanceEnvironment.Build(record, directory, searchPath, request.Template.UserData is not null, spec.Metadata);
            var instance = new LocalInstance(record, directory) { IsBeingLaunchedHere = true };
            files.WriteInstance(request.Launch, record, environment, request.Template.UserData);
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
        using var again = await boots.WaitAsync(instance, pid, held);
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

        var failure = await boots.FailureAsync(instance, $"launch {instance.Launch}");
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
