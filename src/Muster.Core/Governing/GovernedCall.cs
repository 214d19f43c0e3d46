using Muster.Core.Clouds;
using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>A call of an ability that only some clouds have, behind the credential's governor.</summary>
internal static class GovernedCall
{
    /// <summary>Makes it when its turn comes; what the cloud answers paces the next.</summary>
    public static async Task<T> MakeAsync<T>(
        ICallGovernor governor, ICallLine line, CallKind kind, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await governor.AcquireAsync(kind, line, cancellationToken);
        GovernedPace.Begin(governor, line, kind);
        try
        {
            var answer = await call();
            governor.OnAnswered();
            return answer;
        }
        catch (CloudException error)
        {
            GovernedPace.Tell(governor, error);
            throw;
        }
    }
}
