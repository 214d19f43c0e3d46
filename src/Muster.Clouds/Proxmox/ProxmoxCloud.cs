using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Proxmox;

/// <summary>Proxmox VE: an instance is a virtual machine of one cluster, cloned from a template.</summary>
/// <remarks><c>docs/clouds/proxmox.md</c> tells what a template's fields mean here.</remarks>
internal sealed class ProxmoxCloud : ICloud, IZonedCloud, IStoppingCloud, ISelfDescribingCloud, ICloudWithLeftovers, ITemplateReadingCloud
{
    private readonly ProxmoxApi _api;
    private readonly MachineListing _listing;
    private readonly MachineLauncher _launcher;
    private readonly MachineEnding _ending;
    private readonly MachinePower _power;
    private readonly ProxmoxTemplateCheck _check;
    private readonly ProxmoxSteps _steps;
    private readonly ProxmoxLeftovers _leftovers;

    public ProxmoxCloud(ProxmoxOptions options, TimeProvider timeProvider, Action<string> say)
    {
        var ending = new EndingInstances();
        _api = new(options, timeProvider);
        _listing = new(_api, options, ending, timeProvider, new BoundedWarnings(say, timeProvider));
        _launcher = new(_api, options, new NodePicker(timeProvider), timeProvider);
        _ending = new(_api, ending);
        _power = new(_api, ending);
        _check = new(_api);
        _steps = new(_api);
        _leftovers = new(_api, options);
        Traits = new()
        {
            PageSize = MachineListing.PageSize,
            Stops = true,
            Suspends = true,
            LaunchTokens = true,
            // A number is free again when its machine is gone.
            LaunchTokensOutlive = false,
            // One call tells everything, whatever is asked for.
            GroupFilter = false,
            Watches = false,
            // A node tells every ten seconds whether its machines run, and what was told is kept for two more.
            ListingLagMax = TimeSpan.FromSeconds(15),
            LaunchTimeout = options.LaunchTimeout,
            NameLengthMax = ProxmoxTemplates.Names.AskedMax,
            // Nobody publishes a limit: it is the operator's own machines that answer, with three workers a node unless told otherwise.
            ReadsPerSecond = 50,
            WritesPerSecond = 20,
            Burst = 100,
        };
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

    /// <inheritdoc/>
    public bool MayHaveZones => true;

    /// <inheritdoc/>
    public bool CanSuspend => true;

    /// <inheritdoc/>
    public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        _listing.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        _launcher.LaunchAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => _ending.EndAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _check.MakeAsync(template, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("this cloud tells of no changes by itself: Traits.Watches is false");

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => NodePicker.Zones(
        await _api.GetAsync("cluster/resources?type=node", list => ClusterView.Read(list, date: null), cancellationToken));

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _steps.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _leftovers.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _leftovers.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        TemplateOfMachine.ReadAsync(_api, instance, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }
}
