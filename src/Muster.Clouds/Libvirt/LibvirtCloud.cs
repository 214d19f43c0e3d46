using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Libvirt;

/// <summary>A cloud of virtual machines on hosts with libvirt.</summary>
/// <remarks><c>docs/clouds/libvirt.md</c> tells what a template's fields mean here.</remarks>
internal sealed class LibvirtCloud : ICloud, IZonedCloud, IStoppingCloud, ISelfDescribingCloud, ICloudWithLeftovers, ITemplateReadingCloud
{
    /// <summary>A copy of a base volume of some gigabytes on a slow disk.</summary>
    private static readonly TimeSpan LaunchTimeout = TimeSpan.FromMinutes(10);

    private readonly LibvirtDefaults _defaults;
    private readonly HostSet _hosts;
    private readonly KeyedGate _gate = new();
    private readonly LibvirtListing _listing;
    private readonly LibvirtLauncher _launcher;
    private readonly LibvirtEnder _ender;
    private readonly LibvirtPower _power;
    private readonly LibvirtWatch _watch;
    private readonly LibvirtTemplateCheck _check;
    private readonly LibvirtSteps _steps;
    private readonly LibvirtLeftovers _leftovers;

    /// <param name="options">How it is set up.</param>
    /// <param name="timeProvider">The clock.</param>
    public LibvirtCloud(LibvirtCloudOptions options, TimeProvider timeProvider)
    {
        var ending = new EndingInstances();
        _defaults = options.Defaults;
        _hosts = new(options, LaunchTimeout, timeProvider);
        _listing = new(_hosts, ending, _gate, timeProvider);
        _launcher = new(_hosts, timeProvider);
        _ender = new(_hosts, ending, options.StopGrace, timeProvider);
        _power = new(_hosts, ending, _gate);
        _watch = new(_hosts, timeProvider);
        _check = new(_hosts);
        _steps = new(_hosts, options.Defaults.Pool);
        _leftovers = new(_hosts);
        Traits = new()
        {
            // A host lists everything at once.
            PageSize = 100_000,
            Stops = true,
            Suspends = true,
            LaunchTokens = true,
            // An id is free again when its domain is gone.
            LaunchTokensOutlive = false,
            // A host gives an id out once at a time; two hosts do not know of each other.
            LaunchTokensRace = _hosts.HasZones,
            GroupFilter = false,
            Watches = true,
            ListingLagMax = TimeSpan.Zero,
            LaunchTimeout = LaunchTimeout,
            NameLengthMax = LibvirtLauncher.Names.AskedMax,
            TagValueLengthMax = 4096,
            // libvirt has no limits; a host makes as many at once as it has threads for, and these bound what waits for them.
            ReadsPerSecond = 100,
            WritesPerSecond = 100,
            Burst = 200,
        };
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

    /// <inheritdoc/>
    public bool MayHaveZones => _hosts.HasZones;

    /// <inheritdoc/>
    public bool CanSuspend => true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in InstancePage.Split(await _listing.ListAsync(filter, cancellationToken), Traits.PageSize))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(
            request, template => LibvirtTemplates.Read(template, _defaults), cancellationToken, mayHaveZones: _hosts.HasZones);
        return _gate.RunAsync(request.Launch.Value, () => _launcher.LaunchAsync(spec, request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Guid.TryParseExact(instance.Value, "D", out var uuid))
        {
            // No domain has such an id.
            return;
        }

        await _gate.RunAsync(
            uuid,
            async () =>
            {
                await _ender.EndAsync(uuid, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        var reading = LibvirtTemplates.Read(template, _defaults);
        return _check.MakeAsync(reading.Findings, reading.Spec, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _watch.WatchAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_hosts.Zones);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _steps.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Leftover>> ListLeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _leftovers.ListAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _leftovers.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public async Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(instance.Value, "D", out var uuid)
            && await _hosts.FindAsync(uuid, mustKnow: true, cancellationToken) is var (place, fact)
            && await place.Host.LookAsync(connection => connection.DescribeDomain(uuid), cancellationToken) is { } description)
        {
            return TemplateOfDomain.Read(description, fact.Mark);
        }

        throw new CloudException(
            CloudErrorKind.NotFound, $"no host of this cloud has a domain {instance}: ids are as virsh domuuid tells them");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _hosts.Dispose();
        return ValueTask.CompletedTask;
    }
}
