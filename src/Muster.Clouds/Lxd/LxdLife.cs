using Muster.Clouds.Kit.Http;
using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>
/// Brings instances up and takes them down, step by step: each looks at what is there and does the next thing, so that any can be repeated.
/// </summary>
/// <param name="api">LXD.</param>
/// <param name="client">Its command line.</param>
/// <param name="stopGrace">How long an instance may take to stop in its own way.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LxdLife(LxdApi api, string client, TimeSpan stopGrace, TimeProvider timeProvider)
{
    private readonly LxdSteps _steps = new(api, timeProvider);

    /// <summary>Makes and starts it. Each step can be repeated, by many at once, and after a crash in between.</summary>
    public async Task<LxdInstance> BringUpAsync(LxdInstanceCreate create, LaunchRequest request, CancellationToken cancellationToken)
    {
        var target = request.Zone ?? request.Template.Options.GetValueOrDefault(LxdDescription.Target.Name);
        CloudException? last = null;
        // Before anything is sent, a failure says that nothing happened; afterwards, only that it is not there any more says so.
        var instance = await api.FindAsync(create.Name, cancellationToken);
        for (var step = 0; step < LxdSteps.Max; step++)
        {
            if (instance is null)
            {
                // Whose making failed and is not there did not happen; tried anew only when somebody else may have been at it.
                if (last is not null && !LxdSteps.IsBusy(last))
                {
                    throw last;
                }

                last = await LxdSteps.TryAsync(() => api.CreateAsync(create, target, cancellationToken));
            }
            else if (instance.Config?.GetValueOrDefault(LxdTags.Key(MusterTags.Launch)) != request.Launch.ToString())
            {
                throw new CloudException(
                    CloudErrorKind.InvalidRequest, $"name is '{create.Name}': an instance that is not of this launch has it");
            }
            else if (instance.Status is "Running" || (LxdStates.WasStarted(instance) && !HasFailedToStart(create, last)))
            {
                return instance;
            }
            else
            {
                last = await LxdSteps.TryAsync(
                    () => api.ChangeAsync(create.Name, new LxdStateChange("start", Timeout: 30, Force: false), cancellationToken));
                if (last is not null && !LxdSteps.IsBusy(last))
                {
                    // It can never run, or is what a crash left half made: it goes, so that "it did not happen" is true.
                    await CallDoubt.AfterLaunchAsync(() => TakeDownAsync(create.Name, cancellationToken));
                    throw last;
                }
            }

            var (failure, waits) = (last, step);
            instance = await CallDoubt.AfterLaunchAsync(async () =>
            {
                await _steps.AwaitOthersIfAsync(failure, create.Name, waits, cancellationToken);
                return await api.FindAsync(create.Name, cancellationToken);
            });
        }

        throw new CloudException(
            CloudErrorKind.Ambiguous, $"'{create.Name}' did not come to rest: {last?.Message ?? "others keep changing it"}");
    }

    /// <summary>
    /// Whether making it was to start it too, and that has failed: then it is not somebody's instance that ran and died, and the start that
    /// follows says why it cannot.
    /// </summary>
    private static bool HasFailedToStart(LxdInstanceCreate create, CloudException? last) =>
        create.Start is true && last is not null && !LxdSteps.IsBusy(last);

    /// <summary>Stops and deletes it; gone is success.</summary>
    public async Task TakeDownAsync(string name, CancellationToken cancellationToken)
    {
        CloudException? last = null;
        var isStopped = false;
        var grace = (int)Math.Ceiling(stopGrace.TotalSeconds);
        for (var step = 0; step < LxdSteps.Max; step++)
        {
            var instance = isStopped
                ? await CallDoubt.AfterLaunchAsync(() => api.FindAsync(name, cancellationToken))
                : await api.FindAsync(name, cancellationToken);
            if (instance is null)
            {
                return;
            }

            if (LxdStates.IsProtected(instance))
            {
                // Before the stop: what cannot be deleted is left as it is, running or not. Protected since our stop, it is half ended.
                throw new CloudException(
                    isStopped ? CloudErrorKind.Ambiguous : CloudErrorKind.InvalidRequest,
                    $"'{name}' is protected from deletion ({LxdStates.ProtectionKey}): "
                    + $"{(isStopped ? "it was stopped before that" : "nothing was done to it")}; '{client} config unset {name} "
                    + $"{LxdStates.ProtectionKey}' lifts that, if no profile sets it");
            }

            if (last is not null && !LxdSteps.IsBusy(last) && step > 2)
            {
                // Stopped by us and not deleted: half of it has happened, and nobody may take that for a death.
                throw isStopped
                    ? new CloudException(
                        CloudErrorKind.Ambiguous, $"'{name}' was stopped and not deleted: {last.Message}", last.RetryAfter, last)
                    : last;
            }

            // What did not stop in its own way, or cannot since it is frozen, is stopped by force.
            var force = grace == 0 || last is not null || instance.Status is "Frozen";
            var isDeleting = instance.Status is "Stopped" or "Error";
            last = isDeleting
                ? await LxdSteps.TryAsync(() => api.DeleteAsync(name, cancellationToken))
                : await LxdSteps.TryAsync(
                    () => api.ChangeAsync(name, new LxdStateChange("stop", force ? -1 : grace, force), cancellationToken));
            isStopped |= !isDeleting && last is null;
            await _steps.AwaitOthersIfAsync(last, name, step, cancellationToken);
        }

        throw new CloudException(CloudErrorKind.Ambiguous, $"'{name}' did not come to rest: {last?.Message ?? "others keep changing it"}");
    }
}
