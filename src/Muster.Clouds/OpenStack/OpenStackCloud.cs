using System.Collections.Immutable;
using System.Net;

using Muster.Clouds.Kit.Listings;
using Muster.Clouds.OpenStack.Identity;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Core.Traffic;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack;

/// <summary>OpenStack: an instance is a server of one project in one region.</summary>
/// <remarks>
/// <c>docs/clouds/openstack.md</c> tells what a template's fields mean here. A server's ports are made and deleted with it, and the volume
/// that it boots from is marked so in the creation: nothing that Muster makes can be left over.
/// </remarks>
internal sealed class OpenStackCloud : ICloud, IZonedCloud, IStoppingCloud, ISelfDescribingCloud, ITemplateReadingCloud, IBalancingCloud
{
    /// <summary>Servers on a page of a list, unless the cloud's operator has chosen otherwise; it cannot be asked for more.</summary>
    private const int PageSize = 1000;

    private readonly OpenStackApi _api;
    private readonly TimeProvider _timeProvider;
    private readonly PartNames _names;
    private readonly ServerListing _listing;
    private readonly ServerLauncher _launcher;
    private readonly ServerPower _power;
    private readonly ServerZones _zones;
    private readonly TemplateChecks _checks;
    private readonly ProjectSteps _project;
    private readonly Guid? _memberSubnet;

    public OpenStackCloud(
        OpenStackOptions options, OpenStackCredential credential, Func<OpenStackCredential> read, TimeProvider timeProvider,
        Action<string> say)
    {
        _timeProvider = timeProvider;
        _api = new(options, credential, read, timeProvider);
        _names = new(_api, options.Cloud, timeProvider, say);
        _zones = new(_api);
        _project = new(_api);
        _memberSubnet = options.MemberSubnet;
        _listing = new(_api, options.ListsByTags, options.ListingLag, timeProvider, new BoundedWarnings(say, timeProvider));
        _launcher = new(_api, _listing, _names, _zones, options.ListingLag, timeProvider);
        _power = new(_api);
        _checks = new(_api, _names, _zones, _project);
        Traits = new()
        {
            PageSize = PageSize,
            Stops = true,
            Suspends = true,
            LaunchTokens = false,
            // Two runs of muster scale at the same moment may each have looked before the other's server was there.
            LaunchTokensRace = true,
            GroupFilter = options.ListsByTags,
            Watches = false,
            ListingLagMax = options.ListingLag,
            // Long enough for the looks and the wait of a launch that is asked for again.
            LaunchTimeout = options.ListingLag + TimeSpan.FromMinutes(2),
            TagValueLengthMax = ServerTags.LengthMax,
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
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Guid.TryParse(instance.Value, out var id))
        {
            // Ids are UUIDs: anything else never was a server, and must not become a part of a path.
            return;
        }

        var answer = await _api.SendAsync(
            OpenStackService.Compute, HttpMethod.Delete, $"terminate {id}", $"servers/{id:D}", body: null, cancellationToken);
        if (!answer.IsGood && answer.Status is not HttpStatusCode.NotFound)
        {
            throw OpenStackErrors.Translate(answer);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _checks.CheckAsync(template, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">OpenStack has no stream of changes for users; the traits say so.</exception>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("OpenStack has no stream of changes for users");

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _zones.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _project.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var answer = Guid.TryParse(instance.Value, out var id)
            ? await _api.FindAsync(OpenStackService.Compute, $"look up server {id}", $"servers/{id:D}", cancellationToken)
            : null;
        return answer?.Find("server") is { } server
            ? TemplateOfServer.Read(server)
            : throw new CloudException(
                CloudErrorKind.NotFound, $"there is no server '{ForeignText.Shown(instance.Value)}' in the project: openstack server list");
    }

    /// <inheritdoc/>
    public ITrafficSource OpenBalancer(BalancerSettings settings) =>
        new OctaviaBalancer(_api, settings, _memberSubnet, _timeProvider);

    /// <inheritdoc/>
    public Task<CloudStep> CheckBalancersAsync(CancellationToken cancellationToken) => _project.BalancersAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _names.Dispose();
        _api.Dispose();
        return ValueTask.CompletedTask;
    }
}
