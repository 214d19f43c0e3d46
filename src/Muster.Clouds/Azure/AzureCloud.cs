using System.Collections.Immutable;

using Muster.Clouds.Azure.Api;
using Muster.Clouds.Azure.Checks;
using Muster.Clouds.Azure.Machines;
using Muster.Clouds.Azure.Templates;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Azure;

/// <summary>
/// Azure, over its Resource Manager: an instance is a virtual machine of one resource group, with its disks, interfaces and addresses.
/// </summary>
/// <remarks><c>docs/clouds/azure.md</c> tells what a template's fields mean here.</remarks>
internal sealed class AzureCloud
    : ICloud, IZonedCloud, IStoppingCloud, IRetaggingCloud, ISelfDescribingCloud, ICloudWithLeftovers, ITemplateReadingCloud
{
    private readonly AzureApi _api;
    private readonly AzureZones _zones;
    private readonly VmLocks _locks;
    private readonly VmListing _listing;
    private readonly VmLauncher _launcher;
    private readonly TemplateChecks _checks;
    private readonly CloudSteps _steps;
    private readonly PartsLeftOver _parts;
    private readonly MachineReading _reading;
    private readonly VmPower _power;
    private readonly VmMarks _marks;

    /// <param name="options">How it is set up.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where ids come from.</param>
    /// <param name="say">Gets what is odd about its answers.</param>
    public AzureCloud(AzureCloudOptions options, TimeProvider timeProvider, IRandomSource random, Action<string> say)
    {
        _api = new(options, timeProvider, random);
        _zones = new(_api, options);
        _locks = new(_api, options);
        _listing = new(_api, options, _locks, new BoundedWarnings(say, timeProvider));
        _launcher = new(_api, options, _zones, timeProvider);
        _checks = new(_api, options);
        _steps = new(_api, options);
        _parts = new(_api, options);
        _reading = new(_api, options, _launcher);
        _power = new(_api, options, _launcher, timeProvider);
        _marks = new(_api, options, _launcher);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        PageSize = VmListing.PageSize,
        LaunchTokens = true,
        LaunchTokensOutlive = false,
        Interruptible = true,
        Stops = true,
        GroupFilter = false,
        Watches = false,
        // A machine is there when its launch is answered. Nobody says how far the list of power states lags: this is what Muster waits.
        ListingLagMax = TimeSpan.FromSeconds(30),
        NameLengthMax = AzureTemplates.Names.AskedMax,
        TagValueLengthMax = AzureTags.ValueLengthMax,
        // Azure Resource Manager lets a credential change 200 things at once and 10 a second after in a subscription and region, and read
        // 250 and 25; Microsoft.Compute takes 500 creations and 300 lists a minute. The rest is for people.
        ReadsPerSecond = 4,
        WritesPerSecond = 8,
        Burst = 150,
    };

    /// <inheritdoc/>
    public bool MayHaveZones => true;

    /// <inheritdoc/>
    public bool CanSuspend => false;

    /// <inheritdoc/>
    public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        _listing.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        _listing.ExpectMachines();
        return _launcher.LaunchAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!AzureTemplates.Names.CanBe(instance.Value))
        {
            // No instance has such an id, and the text must not become a part of a path.
            return;
        }

        if (await _launcher.TryEndAsync(instance.Value, cancellationToken) is { } refused)
        {
            if (AzureErrors.CodeOf(refused) is "ScopeLocked")
            {
                _locks.Meet(instance.Value);
            }

            throw AzureErrors.Translate(refused);
        }
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _checks.CheckAsync(template, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _zones.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    Task<Instance?> IRetaggingCloud.FindAsync(InstanceId instance, CancellationToken cancellationToken) =>
        _marks.FindAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) =>
        _marks.MarkAsync(instance, tags, cancellationToken);

    /// <inheritdoc/>
    public Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken) =>
        _marks.UnmarkAsync(installation, group, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _steps.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _parts.ListAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _parts.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        _reading.ReadAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Azure tells of no changes without a service of its own for that: Event Grid");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }
}
