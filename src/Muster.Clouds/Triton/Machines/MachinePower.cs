using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Stops and starts machines.</summary>
internal sealed class MachinePower(CloudApi api)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        if (manner is StopManner.KeepingMemory)
        {
            throw OwnedInstance.CannotSuspend("Triton");
        }

        // Triton itself forces what does not stop within a minute.
        if (await StateAsync(installation, instance, cancellationToken) is not ("stopped" or "stopping"))
        {
            await OrderAsync("stop", instance, cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        switch (await StateAsync(installation, instance, cancellationToken))
        {
            case "running" or "provisioning" or "ready":
                return;
            case "stopping":
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"start {instance}: it is stopping: it can be started once that is over");
        }

        await OrderAsync("start", instance, cancellationToken);
    }

    private async Task<string?> StateAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Guid.TryParse(id.Value, out _))
        {
            throw OwnedInstance.Gone(id);
        }

        var answer = await api.SendAsync(HttpMethod.Get, $"look at {id}", $"/machines/{id}", body: null, cancellationToken);
        if (!answer.IsGood)
        {
            throw IsGone(answer) ? OwnedInstance.Gone(id) : CloudApiErrors.Translate(answer);
        }

        var machine = answer.Read(TritonJson.Default.Machine);
        if (MachineReader.Flaw(machine) is { } flaw)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"machine {id} is there, and is not understood: {flaw}");
        }

        OwnedInstance.Of(MachineReader.Read(machine), MachineReader.IsGone(machine), id, installation);
        return machine.State;
    }

    private async Task OrderAsync(string order, InstanceId id, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(
            HttpMethod.Post, $"{order} {id}", $"/machines/{id}?action={order}", body: null, cancellationToken);
        if (!answer.IsGood)
        {
            throw IsGone(answer) ? OwnedInstance.Gone(id)
                // It changed between the look and the order.
                : answer.Status is HttpStatusCode.Conflict
                    ? new CloudException(CloudErrorKind.Unavailable, CloudApiErrors.Translate(answer).Message)
                : CloudApiErrors.Translate(answer);
        }
    }

    private static bool IsGone(HttpAnswer answer) => answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone;
}
