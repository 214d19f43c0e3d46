using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Hetzner;

/// <summary>Shuts servers down, switches them off, and switches them on.</summary>
/// <param name="api">The API.</param>
/// <param name="findAsync">Finds a server by its id; null where there is none.</param>
internal sealed class ServerPower(HetznerApi api, Func<InstanceId, CancellationToken, Task<Server?>> findAsync)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        if (manner is StopManner.KeepingMemory)
        {
            throw OwnedInstance.CannotSuspend("Hetzner");
        }

        // A shutdown under way is no reason not to switch it off.
        var status = await StatusAsync(installation, instance, cancellationToken);
        if (status is not "off" && (status is not "stopping" || manner is StopManner.AtOnce))
        {
            await OrderAsync(manner is StopManner.AtOnce ? "poweroff" : "shutdown", instance, cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        if (await StatusAsync(installation, instance, cancellationToken) is not ("running" or "starting" or "initializing"))
        {
            await OrderAsync("poweron", instance, cancellationToken);
        }
    }

    private async Task<string> StatusAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var server = ServerParts.IsId(id.Value) ? await findAsync(id, cancellationToken) : null;
        if (server is not null && ServerReader.Flaw(server) is { } flaw)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"server {id} is there, and is not understood: {flaw}");
        }

        OwnedInstance.Of(server is null ? null : ServerReader.Read(server), server?.Status is "deleting", id, installation);
        return server!.Status!;
    }

    private async Task OrderAsync(string order, InstanceId id, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Post, $"servers/{id}/actions/{order}", body: null, cancellationToken);
        if (!answer.IsGood)
        {
            throw api.Errors.Translate(answer);
        }
    }
}
