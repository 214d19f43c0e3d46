using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Azure.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Azure.Machines;

/// <summary>Stops machines by deallocating them, which ends their price but for the disks, and starts them again.</summary>
/// <param name="api">Azure.</param>
/// <param name="options">How the cloud is set up.</param>
/// <param name="launcher">Knows where machines are.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class VmPower(AzureApi api, AzureCloudOptions options, VmLauncher launcher, TimeProvider timeProvider)
{
    /// <summary>Where the answer of an operation says no other time.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        if (manner is StopManner.KeepingMemory)
        {
            throw OwnedInstance.CannotSuspend("Azure");
        }

        var power = await PowerAsync(installation, instance, cancellationToken);
        if (power is not ("deallocated" or "deallocating"))
        {
            // One that is only stopped is deallocated, too: it is still paid for.
            await OrderAsync("deallocate", instance.Value, cancellationToken);
        }
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        if (await PowerAsync(installation, instance, cancellationToken) is "running" or "starting")
        {
            return;
        }

        var (answer, operation) = await OrderAsync("start", instance.Value, cancellationToken);
        if (operation is not null && options.LaunchWait > TimeSpan.Zero)
        {
            await FollowAsync(instance.Value, operation, answer.RetryAfter, cancellationToken);
        }
    }

    /// <summary>What the machine does, once it is known as ours; null where that is not told.</summary>
    private async Task<string?> PowerAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = AzureTemplates.Names.CanBe(id.Value)
            ? await api.FindAsync($"look at {id}", launcher.PathOf(id.Value, "&$expand=instanceView"), cancellationToken)
            : null;
        if (answer is null)
        {
            throw OwnedInstance.Gone(id);
        }

        var (machine, odd) = answer.ReadElement(path: null, VirtualMachine.Of, VmStates.Flaw);
        if (machine is null)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{answer.Call} was answered with a machine that is not understood: {odd!.Why}");
        }

        var seen = VmStates.Instance(machine, machine.Properties!.InstanceView);
        OwnedInstance.Of(seen, seen.State is InstanceState.Terminating, id, installation);
        return VmStates.PowerOf(machine.Properties.InstanceView);
    }

    private async Task<(HttpAnswer Answer, Uri? Operation)> OrderAsync(string order, string name, CancellationToken cancellationToken)
    {
        var (answer, operation) = await api.SendAsync(
            HttpMethod.Post, $"{order} {name}", launcher.PathOf($"{name}/{order}"), cancellationToken);
        return answer.IsGood ? (answer, operation)
            : AzureApi.IsMissing(answer) ? throw OwnedInstance.Gone(new(name))
            : throw AzureErrors.Translate(answer);
    }

    /// <summary>Follows a start, for as long as a launch is followed, to hear that there is no room while others can be asked.</summary>
    private async Task FollowAsync(string name, Uri operation, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        var pause = wait ?? LookEvery;
        while (timeProvider.GetElapsedTime(startedAt) + pause <= options.LaunchWait)
        {
            var seen = await CallDoubt.AfterLaunchAsync(async () =>
            {
                await Task.Delay(pause, timeProvider, cancellationToken);
                var answer = await api.GetAsync($"look at the start of {name}", operation.PathAndQuery, cancellationToken);
                pause = answer.RetryAfter ?? LookEvery;
                return answer.Read(ArmOperation.Of);
            });
            switch (seen.Status)
            {
                case "Succeeded":
                    return;
                case "Failed" or "Canceled":
                    throw AzureErrors.Translate($"azure: start {name}", seen.Error, _ => null);
            }
        }
    }
}
