using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>Which failures leave it open whether a call happened.</summary>
/// <remarks>
/// <code>
/// what is known                               a call that looks    a call that changes
/// it was never sent                           Unavailable          Unavailable
/// it was sent, and no whole answer came       Unavailable          Ambiguous
/// the answer cannot be read                   Unavailable          Ambiguous
/// a gateway answered (502, 503, 504)          Unavailable          Ambiguous
/// it comes after the first one of a launch    Ambiguous            Ambiguous
/// </code>
/// What the service itself refuses has a kind of its own (<see cref="StatusKinds"/>, <see cref="ErrorTable"/>) and is no doubt.
/// </remarks>
internal static class CallDoubt
{
    /// <summary>The kind of a call that was sent and not, or not understandably, answered.</summary>
    public static CloudErrorKind Of(HttpMethod method) => IsLook(method) ? CloudErrorKind.Unavailable : CloudErrorKind.Ambiguous;

    /// <summary>The kind of a call that broke off.</summary>
    /// <param name="error">What the platform threw.</param>
    /// <param name="sent">The kind where it was sent: <see cref="Of(HttpMethod)"/>.</param>
    public static CloudErrorKind Of(Exception error, CloudErrorKind sent) =>
        ConnectionFailure.WasNeverSent(error) ? CloudErrorKind.Unavailable : sent;

    /// <summary>Whether a call changes nothing.</summary>
    public static bool IsLook(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head;

    /// <summary>Calls what follows on something that may have been made: no failure says any more that the launch did not happen.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Ambiguous"/>, whatever went wrong.</exception>
    public static async Task<T> AfterLaunchAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CloudException error) when (error.Kind is not CloudErrorKind.Ambiguous)
        {
            throw new CloudException(CloudErrorKind.Ambiguous, error.Message, error.RetryAfter, error);
        }
    }

    /// <inheritdoc cref="AfterLaunchAsync{T}"/>
    public static Task AfterLaunchAsync(Func<Task> call) => AfterLaunchAsync(async () =>
    {
        await call();
        return true;
    });

    /// <summary>
    /// Calls what follows on the stop of an instance that is to end. Half of it has happened then: told as not happened, the instance would
    /// be taken for one that stopped by itself, and its launch for one that failed.
    /// </summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Ambiguous"/>, whatever went wrong.</exception>
    public static Task AfterStopAsync(Func<Task> call) => AfterLaunchAsync(call);
}
