using System.Collections.Immutable;

using Muster.Clouds.Ec2.Prices;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Clouds.Ec2;

/// <summary>EC2: instances of one account in one region. <c>docs/clouds/ec2.md</c> tells what a template's fields mean here.</summary>
/// <remarks>The launch id is the client token, so a launch is one call and makes one instance however often it is asked for.</remarks>
internal sealed class Ec2Cloud
    : ICloud, IZonedCloud, IPricedCloud, IStoppingCloud, IRetaggingCloud, IBalancingCloud, ISelfDescribingCloud, ICloudWithLeftovers,
        ITemplateReadingCloud
{
    /// <summary>
    /// Amazon promises no figure. What it shows is some seconds old as a rule; what comes later than this is seen later, and never launched
    /// twice, since the token stays spent.
    /// </summary>
    private static readonly TimeSpan ListingLag = TimeSpan.FromSeconds(30);

    private readonly Ec2Api _api;
    private readonly string _region;
    private readonly TimeProvider _timeProvider;
    private readonly Ec2Owners? _owners;
    private readonly Ec2Watch? _watch;
    private readonly Ec2Listing _listing;
    private readonly Ec2Launcher _launcher;
    private readonly Ec2Zones _zones;
    private readonly Ec2TemplateCheck _check;
    private readonly Ec2Leftovers _leftovers;
    private readonly Ec2Steps _steps;
    private readonly RecentLaunches _recent;
    private readonly Ec2Power _power;
    private readonly Ec2Marks _marks;
    private readonly PriceList? _prices;

    public Ec2Cloud(Ec2CloudOptions options, TimeProvider timeProvider, Action<string> say)
    {
        _api = new(options, timeProvider);
        (_region, _timeProvider) = (options.Region, timeProvider);
        var warnings = new BoundedWarnings(say, timeProvider);
        _owners = _api.Queue is null ? null : new();
        _listing = new(_api, options.PageSize, timeProvider, warnings, _owners);
        _watch = _api.Queue is { } queue
            ? new(queue, _api, _owners!, _listing.OnSpot, ListingLag, timeProvider, warnings)
            : null;
        _zones = new(_api);
        var images = new Ec2Images(_api, timeProvider, say);
        var subnets = new Ec2Subnets(_api, timeProvider);
        _launcher = new(_api, _listing, images, subnets, _zones);
        _check = new(_api, _launcher, images, subnets);
        _leftovers = new(_api, timeProvider);
        _steps = new(_api, new(_api, timeProvider), options.Region);
        _prices = options.PriceList is { } list ? new(list, options.Region, options.PriceSystem) : null;
        _recent = new(ListingLag, timeProvider);
        _power = new(_api, _listing, _recent);
        _marks = new(_api, _listing, _recent);
        Traits = new()
        {
            PageSize = options.PageSize,
            LaunchTokens = true,
            Stops = true,
            Suspends = true,
            GroupFilter = true,
            Interruptible = true,
            Watches = _watch is not null,
            ListingLagMax = ListingLag,
            NameLengthMax = Templates.Ec2Tags.ValueLengthMax - 1,
            TagValueLengthMax = Templates.Ec2Tags.ValueLengthMax,
            // RunInstances: 5 at once and 2 a second, an account and region. One of the five is left: calls do not take equally long, the
            // first ones with their handshakes longest, and so come closer together than they left. Looks: 100 and 20, of which people
            // and other programs keep half.
            ReadsPerSecond = 10,
            WritesPerSecond = 2,
            Burst = 4,
        };
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

    /// <inheritdoc/>
    public bool MayHaveZones => true;

    /// <inheritdoc/>
    public bool MayHavePrices => _prices is not null;

    /// <inheritdoc/>
    /// <remarks>By hibernation: of instances alone that were launched for it.</remarks>
    public bool CanSuspend => true;

    /// <inheritdoc/>
    public IAsyncEnumerable<InstancePage> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        _listing.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var launched = await _launcher.LaunchAsync(request, cancellationToken);
        _recent.Add(launched.Id);
        _owners?.Remember(launched.Id, launched.Tags);
        if (request.IsInterruptible)
        {
            _listing.OnSpot();
        }

        return Ec2States.Instance(launched);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Ec2States.IsId(instance.Value))
        {
            return;
        }

        // One a call: of several, one that EC2 does not know would have all of them refused.
        var form = Ec2Api.Form("TerminateInstances").AddAll("InstanceId", [instance.Value]);
        var answer = await _api.ChangeAsync(form, cancellationToken);
        if (answer.IsGood)
        {
            return;
        }

        if (Ec2Errors.CodeOf(answer) is not ("InvalidInstanceID.NotFound" or "InvalidInstanceID.Malformed"))
        {
            throw Ec2Errors.Translate(answer);
        }

        // "Not found" may mean "not yet": it is gone only where a look agrees that comes when it would have been shown.
        if (_recent.Contains(instance.Value)
            || await _listing.FindByIdAsync(instance.Value, cancellationToken) is { State: not "terminated" })
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{answer.Call}: EC2 does not know {instance} everywhere yet; it is told again to end it");
        }
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _check.CheckAsync(template, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _watch?.WatchAsync(installation, cancellationToken)
            ?? throw new NotSupportedException($"EC2 tells of changes in a queue alone: {Ec2Description.QueueUrl.Name} names none");

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _zones.ListAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>On demand; what a spot instance costs changes all the time, and stands in no list.</remarks>
    public Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken) =>
        _prices?.ReadAsync(cancellationToken) ?? Task.FromResult<ImmutableArray<CloudPrice>>([]);

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
    /// <remarks>How long a drain takes is the target group's own deregistration delay: nothing else is waited for.</remarks>
    public ITrafficSource OpenBalancer(BalancerSettings settings) => new TargetGroupSource(_api.Balancing, _region, _timeProvider);

    /// <inheritdoc/>
    public Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken) => _steps.BalancersAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _steps.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _leftovers.ListAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _leftovers.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public async Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        Ec2States.IsId(instance.Value)
            && await _listing.FindByIdAsync(instance.Value, cancellationToken) is { State: not "terminated" } found
            ? Ec2Drafts.Of(found)
            : throw new CloudException(CloudErrorKind.NotFound, $"there is no instance {instance} in this region");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }
}
