using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Stopping and starting behind the credential's governor, as every other call: each change waits for a right to write.</summary>
internal sealed class GovernedStopping(IStoppingCloud cloud, ICallGovernor governor, ICallLine line) : IStoppingCloud
{
    /// <inheritdoc/>
    public bool CanSuspend => cloud.CanSuspend;

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        ChangeAsync(() => cloud.StopAsync(installation, instance, manner, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        ChangeAsync(() => cloud.StartAsync(installation, instance, cancellationToken), cancellationToken);

    private Task<bool> ChangeAsync(Func<Task> change, CancellationToken cancellationToken) => GovernedCall.MakeAsync(
        governor,
        line,
        CallKind.Write,
        async () =>
        {
            await change();
            return true;
        },
        cancellationToken);
}
