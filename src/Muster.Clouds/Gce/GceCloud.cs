using System.Collections.Immutable;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Balancing;
using Muster.Clouds.Gce.Credentials;
using Muster.Clouds.Gce.Machines;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Templates;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Clouds.Gce;

/// <summary>Google Compute Engine: instances of one project in one region.</summary>
/// <remarks><c>docs/clouds/gce.md</c> tells what a template's fields mean here.</remarks>
internal sealed class GceCloud
    : ICloud, IZonedCloud, IStoppingCloud, IRetaggingCloud, IBalancingCloud, ICloudWithLeftovers, ITemplateReadingCloud,
        ISelfDescribingCloud
{
    private readonly GceApi _api;
    private readonly GceZones _zones;
    private readonly GceListing _listing;
    private readonly GceLauncher _launcher;
    private readonly GceDisks _disks;
    private readonly GceTemplateCheck _check;
    private readonly GceTemplateReading _reading;
    private readonly GceDescribing _describing;
    private readonly GcePower _power;
    private readonly GceMarks _marks;
    private readonly EndpointGroups _groups;
    private readonly TimeProvider _timeProvider;

    public GceCloud(GceCloudOptions options, TokenCache tokens, IRandomSource random, TimeProvider timeProvider, Action<string> say)
    {
        _timeProvider = timeProvider;
        _api = new(options, tokens, timeProvider);
        _zones = new(_api, timeProvider);
        _listing = new(_api, timeProvider, new BoundedWarnings(say, timeProvider));
        var templates = new GceTemplates(options.Project, options.Region);
        _launcher = new(_api, _zones, _listing, templates, random, timeProvider);
        _disks = new(_api, timeProvider);
        _check = new(_api, _zones, templates);
        _reading = new(_api, _listing);
        _describing = new(_api);
        _power = new(_api, _launcher, random);
        _marks = new(_api, _launcher, random);
        _groups = new(_api, random, timeProvider);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        PageSize = GceListing.PageSize,
        LaunchTokens = true,
        // Names are the tokens, and a name is free again once its instance is gone.
        LaunchTokensOutlive = false,
        Interruptible = true,
        Stops = true,
        Suspends = true,
        GroupFilter = true,
        Watches = false,
        // An instance is listed as soon as its insert is answered; its state follows within seconds.
        ListingLagMax = TimeSpan.FromSeconds(10),
        // An insert is over when the instance runs.
        LaunchTimeout = TimeSpan.FromMinutes(6),
        NameLengthMax = GceNames.Rule.AskedMax,
        // Of each project and region Google takes 1,500 inserts and deletions a minute and 750 waits, of each project 750 lists over all
        // zones, counted from each full minute on. In no minute do these come to more: 120 + 60 * 20 = 1,320 that change or wait, of
        // which half are waits, and 120 + 60 * 10 = 720 that look.
        ReadsPerSecond = 10,
        WritesPerSecond = 20,
        Burst = 120,
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
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!GceNames.TryRead(instance.Value, out var zone, out var name))
        {
            // No instance can have that id.
            return;
        }

        var call = $"terminate {instance}";
        var answer = await _api.SendAsync(
            HttpMethod.Delete, call, $"zones/{zone}/instances/{name}", body: null, cancellationToken);
        if (answer.IsGood || _api.Errors.Translate(answer) is not { Kind: not CloudErrorKind.NotFound } failure)
        {
            return;
        }

        if (GceErrors.ReasonsOf(answer).Contains(GceErrors.NotReady))
        {
            // It is being made or being deleted at this moment, and Google does not say which.
            var seen = await _launcher.FindAsync(call, zone, name, cancellationToken);
            if (seen is null || GceStates.Read(seen).State is InstanceState.Terminating)
            {
                return;
            }
        }

        throw failure;
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _check.MakeAsync(template, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Never called: Google tells of changes only by other services of its own.</remarks>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Compute Engine does not tell of changes");

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _zones.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _disks.ListAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _disks.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        _reading.ReadAsync(instance, cancellationToken);

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
    public ITrafficSource OpenBalancer(BalancerSettings settings) => new GceBalancer(_groups, _zones, settings.Settle, _timeProvider);

    /// <inheritdoc/>
    public Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken) => _describing.BalancersAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) =>
        _describing.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }
}
