using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Traffic;

namespace Muster.Core.Governing;

/// <summary>
/// A cloud's load balancers behind the credential's governor, as every other call, each in the line of the group that it is for. What the
/// cloud refuses is told as sources of traffic tell it.
/// </summary>
internal sealed class GovernedBalancer(ITrafficSource balancer, ICallGovernor governor) : ITrafficSource
{
    /// <inheritdoc/>
    public Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken) =>
        MakeAsync(scope, CallKind.Read, () => balancer.ListAsync(scope, members, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) =>
        MakeAsync(scope, () => balancer.JoinAsync(scope, member, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) =>
        // Most only look again how far a drain is: one that changes something waits for a right to it by itself.
        MakeAsync(scope, CallKind.Read, () => balancer.DrainAsync(scope, member, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) =>
        MakeAsync(scope, () => balancer.LeaveAsync(scope, entry, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) =>
        MakeAsync(scope, CallKind.Read, () => balancer.IsSamePlaceAsync(scope, other, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => balancer.DisposeAsync();

    private Task<bool> MakeAsync(TrafficScope scope, Func<Task> call, CancellationToken cancellationToken) => MakeAsync(
        scope, CallKind.Write,
        async () =>
        {
            await call();
            return true;
        },
        cancellationToken);

    private async Task<T> MakeAsync<T>(TrafficScope scope, CallKind kind, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        try
        {
            return await GovernedCall.MakeAsync(governor, new GroupLine(scope.Group), kind, call, cancellationToken);
        }
        catch (CloudException error)
        {
            throw new TrafficException(KindOf(error.Kind), error.Message, error) { RetryAfter = error.RetryAfter };
        }
    }

    private static TrafficErrorKind KindOf(CloudErrorKind kind) => kind switch
    {
        CloudErrorKind.OutOfStock or CloudErrorKind.QuotaExceeded => TrafficErrorKind.Full,
        CloudErrorKind.Unauthorized or CloudErrorKind.InvalidRequest or CloudErrorKind.NotFound => TrafficErrorKind.Refused,
        _ => TrafficErrorKind.Unavailable,
    };
}
