using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Machines;

/// <summary>Stops, suspends, starts and resumes instances.</summary>
internal sealed class GcePower(GceApi api, GceLauncher launcher, IRandomSource random)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var (status, zone, name) = await FindAsync(installation, instance, cancellationToken);
        if (status is "TERMINATED" or "SUSPENDED" or "STOPPING" or "PENDING_STOP" or "SUSPENDING")
        {
            return;
        }

        // An orderly stop ends by itself: Google waits for the guest for 90 s.
        var (word, operation) = await OrderAsync(
            manner is StopManner.KeepingMemory ? "suspend" : "stop", zone, name, instance, cancellationToken);
        if (operation.Status is "DONE" && api.Errors.FailureOf(word, operation) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        var (status, zone, name) = await FindAsync(installation, instance, cancellationToken);
        switch (status)
        {
            case "RUNNING" or "PROVISIONING" or "STAGING" or "PENDING":
                return;
            case "STOPPING" or "PENDING_STOP" or "SUSPENDING":
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"start {instance}: it is {status}: it can be started once that is over");
        }

        // That there is no room is told at the end of the operation, as of a launch.
        var (word, operation) = await OrderAsync(
            status is "SUSPENDED" ? "resume" : "start", zone, name, instance, cancellationToken);
        operation = await CallDoubt.AfterLaunchAsync(() => api.WaitAsync(word, zone, operation, cancellationToken));
        if (api.Errors.FailureOf(word, operation) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<(string Status, string Zone, string Name)> FindAsync(
        InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!GceNames.TryRead(id.Value, out var zone, out var name)
            || await launcher.FindAsync($"look at {id}", zone, name, cancellationToken) is not { } found)
        {
            throw OwnedInstance.Gone(id);
        }

        if (GceStates.Flaw(found) is { } flaw)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"look at {id}: what is there is not understood: {flaw}");
        }

        OwnedInstance.Of(GceStates.Read(found), found.Status is "DEPROVISIONING", id, installation);
        return (found.Status!, zone, name);
    }

    private async Task<(string Word, Operation Operation)> OrderAsync(
        string order, string zone, string name, InstanceId id, CancellationToken cancellationToken)
    {
        var word = $"{order} {id}";
        // The request's id keeps whatever carries it from doing it twice.
        var answer = await api.SendAsync(
            HttpMethod.Post, word, $"zones/{zone}/instances/{name}/{order}?requestId={random.NextId()}", body: null, cancellationToken);
        return answer.IsGood ? (word, answer.Read(Operation.Of)) : throw api.Errors.Translate(answer);
    }
}
