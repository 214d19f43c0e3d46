using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Docker;

/// <summary>Stops, pauses and starts containers.</summary>
/// <param name="api">The engine.</param>
/// <param name="stopGrace">How long a container may take to stop in its own way.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ContainerPower(DockerApi api, TimeSpan stopGrace, TimeProvider timeProvider)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var container = await FindAsync(installation, instance, cancellationToken);
        if (container.State is "exited" or "dead" or "paused")
        {
            return;
        }

        if (ContainerStates.IsProtected(container))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"container {instance} is protected by its label {ContainerStates.ProtectedLabel}: nothing was done to it");
        }

        if (manner is StopManner.KeepingMemory)
        {
            await api.PauseAsync(instance.Value, cancellationToken);
        }
        else
        {
            await api.StopAsync(instance.Value, manner is StopManner.AtOnce ? TimeSpan.Zero : stopGrace, cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        switch ((await FindAsync(installation, instance, cancellationToken)).State)
        {
            case "running" or "restarting":
                return;
            case "paused":
                await api.UnpauseAsync(instance.Value, cancellationToken);
                return;
            default:
                await api.StartAsync(instance.Value, cancellationToken);
                return;
        }
    }

    private async Task<ContainerSummary> FindAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = DockerCloud.IsId(id.Value) ? await api.FindAsync(id.Value, cancellationToken) : null;
        OwnedInstance.Of(
            found is null ? null : ContainerStates.Instance(found, timeProvider.GetUtcNow(), isEnding: false),
            found?.State is "removing", id, installation);
        return found!;
    }
}
