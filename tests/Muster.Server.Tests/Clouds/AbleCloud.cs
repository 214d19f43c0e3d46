using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Server.Tests.Clouds;

/// <summary>
/// A cloud that can do what only some can: its parts, its machines and what it says of itself are a test's. Nobody uses its load balancers,
/// and the credential may not.
/// </summary>
internal sealed class AbleCloud(ICloud cloud)
    : ICloud, ISelfDescribingCloud, ICloudWithLeftovers, ITemplateReadingCloud, IBalancingCloud
{
    public List<CloudStep> Steps { get; } = [];

    /// <summary>What it says instead of its steps; null for nothing.</summary>
    public CloudException? Refusal { get; set; }

    public List<Leftover> Parts { get; } = [];

    public Dictionary<string, TemplateDraft> Machines { get; } = [];

    public CloudTraits Traits => cloud.Traits;

    public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        cloud.ListAsync(filter, cancellationToken);

    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        cloud.LaunchAsync(request, cancellationToken);

    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        cloud.TerminateAsync(instance, cancellationToken);

    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        cloud.CheckAsync(template, cancellationToken);

    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        cloud.WatchAsync(installation, cancellationToken);

    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) =>
        Refusal is null ? Task.FromResult(Steps.ToImmutableArray()) : Task.FromException<ImmutableArray<CloudStep>>(Refusal);

    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        Task.FromResult(Parts.ToImmutableArray());

    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken)
    {
        Parts.Remove(leftover);
        return Task.CompletedTask;
    }

    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        Machines.TryGetValue(instance.Value, out var draft)
            ? Task.FromResult(draft)
            : throw new CloudException(CloudErrorKind.NotFound, $"there is no machine {instance}");

    public ITrafficSource OpenBalancer(BalancerSettings settings) => throw new NotSupportedException("nobody uses them");

    public Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new CloudStep(CloudStep.Balancers, IsGood: false, "may not use load balancers"));

    public ValueTask DisposeAsync() => cloud.DisposeAsync();
}
