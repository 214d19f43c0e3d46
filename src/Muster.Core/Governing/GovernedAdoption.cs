using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>Adoption behind the credential's governor, as every other call.</summary>
internal sealed class GovernedAdoption(IInstanceAdoption adoption, ICallGovernor governor, ICallLine line) : IInstanceAdoption
{
    /// <inheritdoc/>
    public Task<ImmutableArray<Instance>> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken) =>
        CallAsync(CallKind.Read, async () => await adoption.FindTaggedAsync(tag, value, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task TagAsync(InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) =>
        CallAsync(
            CallKind.Write,
            async () =>
            {
                await adoption.TagAsync(instance, tags, cancellationToken);
                return true;
            },
            cancellationToken);

    private Task<T> CallAsync<T>(CallKind kind, Func<Task<T>> call, CancellationToken cancellationToken) =>
        GovernedCall.MakeAsync(governor, line, kind, call, cancellationToken);
}
