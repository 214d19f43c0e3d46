using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>Has whatever it launches rest at once.</summary>
internal sealed class StopsUnasked(ICloud cloud, InstallationId installation) : BrokenCloud(cloud)
{
    public override async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var instance = await base.LaunchAsync(request, cancellationToken);
        if (Traits.Stops)
        {
            await base.StopAsync(installation, instance.Id, StopManner.Orderly, cancellationToken);
        }

        return instance;
    }
}

/// <summary>Starts once more whatever is told to rest.</summary>
internal sealed class StartsUnasked(ICloud cloud) : BrokenCloud(cloud)
{
    public override async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        await base.StopAsync(installation, instance, manner, cancellationToken);
        await base.StartAsync(installation, instance, cancellationToken);
    }
}

/// <summary>Says that it was told, and gives the order minutes later.</summary>
internal sealed class StopsLater(ICloud cloud, TimeProvider time) : BrokenCloud(cloud)
{
    public override Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        _ = LaterAsync();
        return Task.CompletedTask;

        async Task LaterAsync()
        {
            await Task.Delay(TimeSpan.FromMinutes(2), time, CancellationToken.None);
            try
            {
                await base.StopAsync(installation, instance, manner, CancellationToken.None);
            }
            catch (CloudException)
            {
                // Nobody waits for it.
            }
        }
    }
}

/// <summary>Stops an instance of others, where a listing shows one.</summary>
internal sealed class StopsStrangers(ICloud cloud, InstallationId installation) : BrokenCloud(cloud)
{
    private InstanceId? _stranger;

    public override async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ListAsync(filter, cancellationToken))
        {
            _stranger = page.Instances
                .FirstOrDefault(one => one.Tags.GetValueOrDefault(MusterTags.Installation) != installation.ToString())?.Id ?? _stranger;
            yield return page;
        }
    }

    public override Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        base.StopAsync(installation, _stranger ?? instance, manner, cancellationToken);
}

/// <summary>Says that what rests was made from another template, so that it is not started.</summary>
internal sealed class TakesWhatRestsForOutdated(ICloud cloud, TemplateId other) : BrokenCloud(cloud)
{
    public override async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ListAsync(filter, cancellationToken))
        {
            yield return page with { Instances = [.. page.Instances.Select(Outdate)] };
        }
    }

    private Instance Outdate(Instance instance) => instance.IsDead
        ? instance with { Tags = instance.Tags.SetItem(MusterTags.Template, other.ToString()) }
        : instance;
}

/// <summary>Launches for the pool what is not marked so.</summary>
internal sealed class ForgetsThePoolsMark(ICloud cloud) : BrokenCloud(cloud)
{
    public override Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        base.LaunchAsync(request with { Tags = request.Tags.Remove(MusterTags.Pool) }, cancellationToken);
}
