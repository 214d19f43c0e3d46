using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>What every change of an instance does that goes step by step, while others may be at work on the same one.</summary>
/// <param name="api">LXD.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LxdSteps(LxdApi api, TimeProvider timeProvider)
{
    /// <summary>Steps of one launch or termination: others may be at work on the same instance, but not for ever.</summary>
    public const int Max = 20;

    /// <summary>Added to each wait for a lock that cannot be watched: 20 steps are 10 s in all.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(50);

    /// <returns>What went wrong, as far as the next look at the instance can tell what to make of it.</returns>
    public static async Task<CloudException?> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (CloudException error) when (error.Kind is not CloudErrorKind.Ambiguous)
        {
            return error;
        }
    }

    /// <summary>Waits for others that are at work on an instance, where a step has failed.</summary>
    public async Task AwaitOthersIfAsync(CloudException? failure, string name, int step, CancellationToken cancellationToken)
    {
        // After an instance has stopped by itself, LXD holds a lock on it for up to a second that is no operation and tells of
        // its end in no event: then there is nothing to wait on but time.
        if (failure is not null && !await api.AwaitOthersAsync(name, cancellationToken))
        {
            await Task.Delay(LockWait * step, timeProvider, cancellationToken);
        }
    }

    /// <summary>Whether it failed because somebody else is at work on the same instance.</summary>
    public static bool IsBusy(CloudException error) =>
        error.Message.Contains("already", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("busy", StringComparison.OrdinalIgnoreCase);
}
