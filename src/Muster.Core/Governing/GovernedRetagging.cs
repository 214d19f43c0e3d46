using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Marking and unmarking behind the credential's governor, as every other call.</summary>
internal sealed class GovernedRetagging(IRetaggingCloud cloud, ICallGovernor governor, ICallLine line) : IRetaggingCloud
{
    /// <inheritdoc/>
    public Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken) => GovernedCall.MakeAsync(
        governor, line, CallKind.Read, () => cloud.FindAsync(instance, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) =>
        ChangeAsync(() => cloud.MarkAsync(instance, tags, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken) =>
        ChangeAsync(() => cloud.UnmarkAsync(installation, group, instance, cancellationToken), cancellationToken);

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
