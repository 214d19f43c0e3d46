using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>A connection to a cloud that does everything right; each flaw overrides one thing.</summary>
internal class BrokenCloud(ICloud cloud) : ICloud, IStoppingCloud
{
    public virtual CloudTraits Traits => cloud.Traits;

    protected ICloud Inner => cloud;

    public virtual IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        cloud.ListAsync(filter, cancellationToken);

    public virtual Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        cloud.LaunchAsync(request, cancellationToken);

    public virtual Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        cloud.TerminateAsync(instance, cancellationToken);

    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        cloud.CheckAsync(template, cancellationToken);

    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        cloud.WatchAsync(installation, cancellationToken);

    public bool CanSuspend => Inner is IStoppingCloud { CanSuspend: true };

    public virtual Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        Stopper.StopAsync(installation, instance, manner, cancellationToken);

    public virtual Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        Stopper.StartAsync(installation, instance, cancellationToken);

    /// <summary>Of a cloud whose traits say that it stops nothing, nobody asks for it.</summary>
    protected IStoppingCloud Stopper => (IStoppingCloud)cloud;

    public ValueTask DisposeAsync() => cloud.DisposeAsync();
}
