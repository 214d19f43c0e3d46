using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulation.Randomness;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>Repeats a launch of unknown outcome as if it had failed.</summary>
internal sealed class RepeatsUnknownLaunches(ICloud cloud) : BrokenCloud(cloud)
{
    public override async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.LaunchAsync(request, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Ambiguous)
        {
            return await base.LaunchAsync(request, cancellationToken);
        }
    }
}

/// <summary>Says that a launch of unknown outcome has failed.</summary>
internal sealed class TakesUnknownForFailed(ICloud cloud) : BrokenCloud(cloud)
{
    public override async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.LaunchAsync(request, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Ambiguous)
        {
            throw new CloudException(CloudErrorKind.Unavailable, "must have failed");
        }
    }
}

/// <summary>Believes a listing that was cut short.</summary>
internal sealed class BelievesCutListings(ICloud cloud) : BrokenCloud(cloud)
{
    public override async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isLast = false;
        await foreach (var page in base.ListAsync(filter, cancellationToken))
        {
            isLast = page.IsLast;
            yield return page;
        }

        if (!isLast)
        {
            yield return new([], IsLast: true);
        }
    }
}

/// <summary>Lists instances of other installations as if they were this one's.</summary>
internal sealed class AdoptsStrangers(ICloud cloud, InstallationId installation) : BrokenCloud(cloud)
{
    public override async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ListAsync(filter, cancellationToken))
        {
            yield return page with { Instances = [.. page.Instances.Select(Adopt)] };
        }
    }

    private Instance Adopt(Instance instance) =>
        instance with { Tags = instance.Tags.SetItem(MusterTags.Installation, installation.ToString()) };
}

/// <summary>Hears "too many calls" and goes on calling.</summary>
internal sealed class IgnoresRetryAfter(ICloud cloud) : BrokenCloud(cloud)
{
    public override async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.LaunchAsync(request, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Throttled)
        {
            throw new CloudException(CloudErrorKind.Unavailable, error.Message);
        }
    }
}

/// <summary>Claims that the cloud may be called as often as one likes.</summary>
internal sealed class KnowsNoBudget(ICloud cloud) : BrokenCloud(cloud)
{
    public override CloudTraits Traits => base.Traits with { ReadsPerSecond = 1e6, WritesPerSecond = 1e6, Burst = 1_000_000 };
}

/// <summary>Claims that listings never lag.</summary>
internal sealed class KnowsNoLag(ICloud cloud) : BrokenCloud(cloud)
{
    public override CloudTraits Traits => base.Traits with { ListingLagMax = TimeSpan.Zero, BootGrace = TimeSpan.FromSeconds(1) };
}

/// <summary>Launches under another id than the one that was written down.</summary>
internal sealed class LaunchesUnderOtherIds(ICloud cloud) : BrokenCloud(cloud)
{
    private readonly RandomStream _random = new(1);

    public override Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var id = new LaunchId(_random.NextId());
        return base.LaunchAsync(
            request with { Launch = id, Tags = request.Tags.SetItem(MusterTags.Launch, id.ToString()) }, cancellationToken);
    }
}

/// <summary>Terminates another instance of the same page than the one it was asked to.</summary>
internal sealed class TerminatesTheWrongOne(ICloud cloud) : BrokenCloud(cloud)
{
    private ImmutableArray<Instance> _listed = [];

    public override async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ListAsync(filter, cancellationToken))
        {
            _listed = page.Instances;
            yield return page;
        }
    }

    public override Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        base.TerminateAsync(_listed.FirstOrDefault(other => other.Id != instance)?.Id ?? instance, cancellationToken);
}

/// <summary>Leaves the thread that everything must run on.</summary>
internal sealed class LeavesItsThread(ICloud cloud) : BrokenCloud(cloud)
{
    public override Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        Task.Run(() => base.LaunchAsync(request, cancellationToken), cancellationToken);
}
