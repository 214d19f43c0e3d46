using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Checks;
using Muster.Clouds.Vsphere.Machines;
using Muster.Clouds.Vsphere.Places;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Vsphere;

/// <summary>VMware vSphere, over vCenter's SOAP API: an instance is a virtual machine, cloned into the installation's own folder.</summary>
/// <remarks><c>docs/clouds/vsphere.md</c> tells what a template's fields mean here.</remarks>
internal sealed class VsphereCloud : ICloud, IZonedCloud, IStoppingCloud, ISelfDescribingCloud, ITemplateReadingCloud
{
    private readonly VsphereApi _api;
    private readonly ComputeMap _compute;
    private readonly LaunchPlaces _places;
    private readonly VmListing _listing;
    private readonly VmLauncher _launcher;
    private readonly VmEnder _ender;
    private readonly VmPower _power;
    private readonly VmWatch _watch;
    private readonly VsphereTemplateCheck _check;
    private readonly VsphereSteps _steps;
    private readonly TemplateOfVm _drafts;

    public VsphereCloud(VsphereCloudOptions options, TimeProvider timeProvider, Action<string> say)
    {
        var memory = new VmMemory();
        var ending = new EndingInstances();
        var states = new VmStates(memory, ending, timeProvider);
        _api = new(options, timeProvider);
        var inventory = new Inventory(_api, options);
        var query = new VmQuery(_api);
        var tasks = new TaskWaiter(_api);
        _compute = new(_api, inventory);
        _places = new(_api, inventory, _compute);
        _listing = new(_api, query, inventory, _compute, states, memory, new BoundedWarnings(say, timeProvider));
        _ender = new(_api, query, tasks, ending, memory);
        _launcher = new(_api, query, inventory, _places, _compute, tasks, _ender, states, memory);
        _power = new(_api, _ender, states, memory);
        _watch = new(query, inventory, memory);
        _check = new(_places);
        _steps = new(_api, inventory);
        _drafts = new(_api, _ender, _compute, inventory);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        PageSize = VmQuery.PageSize,
        LaunchTokens = true,
        // A name is free again when its machine is gone.
        LaunchTokensOutlive = false,
        // A folder is listed whole, whatever the group.
        GroupFilter = false,
        Watches = true,
        Stops = true,
        Suspends = true,
        // The inventory is vCenter's own; hosts tell it of a change of power within moments.
        ListingLagMax = TimeSpan.FromSeconds(5),
        // vCenter takes more; a host's name does not.
        NameLengthMax = 63,
        // vCenter publishes no limits of calls. It does eight clones at a time on a host and lets others wait.
        ReadsPerSecond = 50,
        WritesPerSecond = 20,
        Burst = 100,
    };

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
    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => _ender.EndAsync(instance, cancellationToken);

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
        _watch.WatchAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _compute.ZonesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _steps.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        _drafts.ReadAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _places.Dispose();
    }
}
