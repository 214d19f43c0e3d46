using System.Net;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>Stops servers, suspends them, and starts them again, each from the rest that it is in.</summary>
/// <remarks>
/// openstack/nova:api-ref/source/servers-actions.inc. Nova refuses what does not go with a server's state, or is under way.
/// </remarks>
internal sealed class ServerPower(OpenStackApi api)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var (status, task) = await LookAsync(installation, instance, cancellationToken);
        if (status is not ("SHUTOFF" or "PAUSED" or "SUSPENDED" or "SHELVED" or "SHELVED_OFFLOADED" or "ERROR") && !IsStopping(task))
        {
            // Nova shuts a system down, and pulls the plug after a minute: there is no other stop, and that one always ends.
            await OrderAsync(instance, manner is StopManner.KeepingMemory ? "suspend" : "os-stop", cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        var (status, task) = await LookAsync(installation, instance, cancellationToken);
        if (IsStopping(task))
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"server {instance} is {task}: it can be started when that is over");
        }

        var order = task is not null ? null : status switch
        {
            "SHUTOFF" => "os-start",
            "ERROR" => throw new CloudException(
                CloudErrorKind.InvalidRequest, $"server {instance} is in ERROR, out of which Nova starts none: nothing was done to it"),
            "SUSPENDED" => "resume",
            "PAUSED" => "unpause",
            "SHELVED" or "SHELVED_OFFLOADED" => "unshelve",
            // It runs, or is on its way there or to where somebody else wants it.
            _ => null,
        };
        if (order is not null)
        {
            await OrderAsync(instance, order, cancellationToken);
        }
    }

    // openstack/nova:nova/compute/task_states.py
    private static bool IsStopping(string? task) =>
        task is "powering-off" or "suspending" or "pausing" or "shelving" or "shelving_image_pending_upload" or "shelving_image_uploading"
            or "shelving_offloading";

    private async Task<(string Status, string? Task)> LookAsync(
        InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = Guid.TryParse(instance.Value, out var id)
            ? await api.FindAsync(OpenStackService.Compute, $"look up server {id}", $"servers/{id:D}", cancellationToken)
            : null;
        if (found is null)
        {
            throw OwnedInstance.Gone(instance);
        }

        var server = found.Value.Find("server") ?? default;
        if (server.ValueKind is JsonValueKind.Object && (ServerReader.IsGone(server) || ServerReader.IsHidden(server)))
        {
            throw ServerReader.IsGone(server)
                ? OwnedInstance.Gone(instance)
                : new CloudException(
                    CloudErrorKind.Unavailable,
                    $"server {instance} is in a part of the cloud that does not answer: nothing was done to it");
        }

        var (good, odd) = ServerReader.Read(server);
        if (odd is not null)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"server {instance} is there, and is not understood: {odd.Why}");
        }

        OwnedInstance.Of(good, good!.State is InstanceState.Terminating, instance, installation);
        return (server.Text("status")!, server.Text("OS-EXT-STS:task_state"));
    }

    private async Task OrderAsync(InstanceId instance, string action, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(
            OpenStackService.Compute, HttpMethod.Post, $"{action} {instance}", $"servers/{Guid.Parse(instance.Value):D}/action",
            Encoding.UTF8.GetBytes($$"""{"{{action}}":null}"""), cancellationToken);
        if (!answer.IsGood)
        {
            throw answer.Status is HttpStatusCode.NotFound ? OwnedInstance.Gone(instance) : OpenStackErrors.Translate(answer);
        }
    }
}
