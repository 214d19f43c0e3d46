using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Http;

/// <summary>The port's word for what fails once a launch was sent, or an instance stopped to end it: only <see cref="CloudErrorKind.Ambiguous"/> does not say that it did not happen.</summary>
internal static class Doubt
{
    /// <summary>Calls what follows on something that may have been made.</summary>
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

    /// <summary>
    /// Calls what follows on the stop of an instance that is to end. Half of it has happened then: told as not happened, the instance would be
    /// taken for one that stopped by itself, and its launch for one that failed.
    /// </summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Ambiguous"/>, whatever went wrong.</exception>
    public static Task AfterStopAsync(Func<Task> call) => AfterLaunchAsync(call);

    /// <inheritdoc cref="AfterLaunchAsync{T}"/>
    public static Task AfterLaunchAsync(Func<Task> call) => AfterLaunchAsync(async () =>
    {
        await call();
        return true;
    });
}
