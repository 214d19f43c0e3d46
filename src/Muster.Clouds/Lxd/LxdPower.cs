using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>
/// Stops, freezes and starts instances, step by step: each looks at what is there and does the next thing, so that any can be repeated.
/// </summary>
/// <param name="api">LXD.</param>
/// <param name="stopGrace">How long an instance may take to stop in its own way.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LxdPower(LxdApi api, TimeSpan stopGrace, TimeProvider timeProvider)
{
    private const int StartTimeout = 30;

    private readonly LxdSteps _steps = new(api, timeProvider);

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        var grace = manner is StopManner.AtOnce ? 0 : (int)Math.Ceiling(stopGrace.TotalSeconds);
        return ChangeAsync(
            installation, instance, isSo: status => status is "Stopped" or "Frozen",
            (_, hasFailed) => manner is StopManner.KeepingMemory ? new("freeze", Timeout: -1, Force: false)
                // What did not stop in its own way is stopped by force.
                : hasFailed || grace == 0 ? new("stop", Timeout: -1, Force: true)
                : new("stop", grace, Force: false),
            cancellationToken);
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) => ChangeAsync(
        installation, instance, isSo: status => status is "Running" or "Ready" or "Thawed",
        (status, _) => status is "Frozen" ? new("unfreeze", Timeout: -1, Force: false) : new("start", StartTimeout, Force: false),
        cancellationToken);

    private async Task ChangeAsync(
        InstallationId installation, InstanceId id, Predicate<string?> isSo, Func<string?, bool, LxdStateChange> next,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CloudException? last = null;
        for (var step = 0; step < LxdSteps.Max; step++)
        {
            var status = await StatusAsync(installation, id, cancellationToken);
            if (isSo(status))
            {
                return;
            }

            // Twice for the same reason, and nobody else at it: it is no matter of time. A stop that ran out of time is forced in between.
            if (last is not null && !LxdSteps.IsBusy(last) && step > 2)
            {
                throw last;
            }

            var change = next(status, last is not null);
            last = await LxdSteps.TryAsync(() => api.ChangeAsync(id.Value, change, cancellationToken));
            await _steps.AwaitOthersIfAsync(last, id.Value, step, cancellationToken);
        }

        throw new CloudException(
            CloudErrorKind.Unavailable, $"'{id}' did not come to rest: {last?.Message ?? "others keep changing it"}");
    }

    private async Task<string?> StatusAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        var found = LxdNames.Rule.CanBe(id.Value) ? await api.FindAsync(id.Value, cancellationToken) : null;
        OwnedInstance.Of(
            found is null ? null : LxdStates.Instance(found, timeProvider.GetUtcNow(), isEnding: false, []),
            isEnding: false, id, installation);
        return found!.Status;
    }
}
