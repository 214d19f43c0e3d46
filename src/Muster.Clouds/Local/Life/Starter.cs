using System.Text.Json;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Starts instances that rest: the same command in the same directory, with the same port and environment.</summary>
/// <remarks>
/// Each start is a run of its own. Its number is in the record before its process is started, and its boot stage writes to a file of that
/// number alone: one that was cut off leaves an instance that rests, and the next start is another run.
/// </remarks>
internal sealed class Starter(
    LocalFiles files,
    IProcessTable processes,
    InstanceIndex index,
    Census census,
    Boots boots,
    Places places,
    InstanceGroups groups,
    GroupEnd ends,
    ChangeFeed changes,
    RunAsUser? runAs)
{
    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        var launch = files.LaunchOf(id) ?? throw OwnedInstance.Gone(id);
        await boots.InTurnAsync(launch, async held =>
        {
            var instance = census.FindOwnedHeld(installation, id, launch);
            if (instance.Rests)
            {
                await StartHeldAsync(instance, held);
            }
            else if (instance.Stop is not null)
            {
                throw IsStopping(instance);
            }
            else if (census.IsFrozen(instance))
            {
                ends.Continue(instance);
                census.IsFrozen(instance);
            }

            return true;
        }, cancellationToken);
    }

    /// <summary>Whether it could be started again, were it stopped.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: it could not, and nothing was done to it.</exception>
    public void ThrowIfBarred(LocalInstance instance)
    {
        if (LocalFiles.ReadEnvironment(files.InstanceDirectory(instance.Launch)) is null)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"instance {instance.Launch} was launched by an earlier Muster, which kept no environment to start it again with");
        }

        if (instance.Record.RunAs != runAs?.Name)
        {
            string User(string? name) => name is null ? "the server's own user" : $"user '{name}'";
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"instance {instance.Launch} was launched as {User(instance.Record.RunAs)}, "
                + $"and by the option run_as nothing is started now but as {User(runAs?.Name)}");
        }
    }

    private async Task StartHeldAsync(LocalInstance instance, LaunchLock held)
    {
        if (ends.IsThere(instance))
        {
            if (instance.Stop is not null)
            {
                throw IsStopping(instance);
            }

            // It died and left others of its group behind, which a machine that is switched on again does not have either.
            ends.Kill(instance);
            await ends.WaitAsync(instance, CancellationToken.None);
        }

        ThrowIfBarred(instance);
        groups.ThrowIfBound(instance.Launch);
        var environment = LocalFiles.ReadEnvironment(files.InstanceDirectory(instance.Launch))!;
        var next = places.TakeAgain(instance, () => Write(instance));
        try
        {
            await BootAsync(next, environment, held);
        }
        finally
        {
            next.IsBeingLaunchedHere = false;
        }
    }

    /// <summary>Writes the intent of a further run down: from here on the one before it is over for everybody.</summary>
    private LocalInstance Write(LocalInstance instance)
    {
        var (group, limits) = groups.Make(instance.Launch, instance.Record.Size);
        if (instance.Record.ControlGroup is { } earlier && earlier != group)
        {
            ControlGroups.Remove(earlier);
        }

        var record = instance.Record with
        {
            Run = (instance.Record.Run ?? 1) + 1,
            AfterOrder = instance.Snapshot.StoppedOnOrder is true ? true : null,
            BootId = processes.BootId,
            ControlGroup = group,
            Limits = limits,
        };
        var next = new LocalInstance(record, files.InstanceDirectory(instance.Launch)) { IsBeingLaunchedHere = true };
        files.WriteRecord(instance.Launch, record);
        index.Put(next);
        changes.Publish(next);
        return next;
    }

    private async Task BootAsync(LocalInstance next, string[] environment, LaunchLock held)
    {
        var directory = files.InstanceDirectory(next.Launch);
        int pid;
        try
        {
            // Gone before there is a process that it could be taken to be for.
            files.EndRest(next.Launch);
            LocalFiles.ForgetNotice(next.Record.Home ?? directory);
            LocalFiles.ForgetRun(directory, next.Record.Run - 1 is > 1 and var earlier ? earlier : null);
            pid = boots.Start(next, environment, held);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            next.SetNeverRan();
            throw Failures.Translate(error, $"start {next.Launch}");
        }

        try
        {
            using var again = await boots.WaitAsync(next, pid, held);
            census.Settle_NeedsLaunchLock(next);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or TimeoutException)
        {
            throw new CloudException(
                CloudErrorKind.Ambiguous,
                $"the process {pid} of {next.Launch} was started, and then: {error.Message}", innerException: error);
        }

        if (next.IsCutOff)
        {
            throw await boots.FailureAsync(next, $"instance {next.Launch}");
        }
    }

    private static CloudException IsStopping(LocalInstance instance) => new(
        CloudErrorKind.Unavailable, $"instance {instance.Launch} is being stopped: it can be started when nothing of it runs any more");
}
