using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Hetzner.Wire;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Hetzner;

/// <summary>Hetzner Cloud: an instance is a server of one project.</summary>
/// <remarks><c>docs/clouds/hetzner.md</c> tells what a template's fields mean here.</remarks>
internal sealed class HetznerCloud
    : ICloud, IZonedCloud, IPricedCloud, IStoppingCloud, IRetaggingCloud, ISelfDescribingCloud, ICloudWithLeftovers, ITemplateReadingCloud
{
    private readonly HetznerApi _api;
    private readonly ServerParts _parts;
    private readonly ServerListing _listing;
    private readonly ServerLauncher _launcher;
    private readonly HetznerPlaces _places;
    private readonly HetznerTemplateCheck _check;
    private readonly HetznerSteps _steps;
    private readonly HetznerLeftovers _leftovers;
    private readonly ServerPower _power;
    private readonly ServerMarks _marks;

    public HetznerCloud(HetznerCloudOptions options, TimeProvider timeProvider, Action<string> say)
    {
        _api = new(options, timeProvider);
        _parts = new(_api, options.Cloud, timeProvider, say);
        _places = new(_api, timeProvider);
        _listing = new(_api, new ServerActions(_api, timeProvider), timeProvider, new BoundedWarnings(say, timeProvider));
        _launcher = new(_api, _listing, _parts, _places);
        _check = new(_api, _parts, _places, timeProvider);
        _steps = new(_api);
        _leftovers = new(_api, timeProvider);
        _power = new(_api, FindAsync);
        _marks = new(_api, FindAsync);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        PageSize = HetznerApi.PageSize,
        LaunchTokens = true,
        // A name is free again when its server is gone.
        LaunchTokensOutlive = false,
        Stops = true,
        GroupFilter = true,
        // Listening would be asking for actions over and over, which costs what a listing costs.
        Watches = false,
        // A server is listed as soon as its creation is answered. A look that comes between two of its changes is this late at most.
        ListingLagMax = TimeSpan.FromSeconds(5),
        NameLengthMax = HetznerTemplates.Names.AskedMax,
        // A project has 3,600 calls at once, and one more a second, of whatever kind. The two budgets share that, with a tenth left for
        // people and their other programs.
        ReadsPerSecond = 0.5,
        WritesPerSecond = 0.4,
        Burst = 1_600,
    };

    /// <inheritdoc/>
    public bool MayHaveZones => true;

    /// <inheritdoc/>
    public bool MayHavePrices => true;

    /// <inheritdoc/>
    public bool CanSuspend => false;

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
        if (!ServerParts.IsId(instance.Value))
        {
            // Ids are numbers: anything else never was a server.
            return;
        }

        var answer = await _api.SendAsync(HttpMethod.Delete, $"servers/{instance}", body: null, cancellationToken);
        if (answer.IsGood || HetznerErrors.CodeOf(answer) is "not_found")
        {
            return;
        }

        var isBusy = HetznerErrors.CodeOf(answer) is "locked" or "conflict";
        if (!isBusy || await FindAsync(instance, cancellationToken) is { Status: not "deleting" })
        {
            throw _api.Errors.Translate(answer);
        }
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _check.MakeAsync(template, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("this cloud tells of no changes by itself: Traits.Watches is false");

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _places.ListAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Net of tax, and of the server alone: a public IPv4 address is another price.</remarks>
    public async Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken)
    {
        var answer = await _api.GetAsync("pricing", cancellationToken);
        return answer.Read(PricingAnswer.Of).Pricing is not { Currency: { } currency, ServerTypes: { } types }
            ? throw new CloudException(CloudErrorKind.Unavailable, $"{answer.Call} was answered without prices of server types")
            :
            [
                .. from type in types
                   from price in type.Prices ?? []
                   where type.Name is not null && price.Location is not null
                   let amount = AmountOf(price)
                   where amount is not null
                   select new CloudPrice(price.Location, type.Name, IsInterruptible: null, amount.Value, currency),
            ];
    }

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
        _leftovers.ListAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoverAsync(Leftover leftover, CancellationToken cancellationToken) =>
        _leftovers.RemoveAsync(leftover, cancellationToken);

    /// <inheritdoc/>
    public async Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        ServerParts.IsId(instance.Value) && await FindAsync(instance, cancellationToken) is { } server
            ? TemplateOfServer.Read(server)
            : throw new CloudException(CloudErrorKind.NotFound, $"there is no server {instance} in the project");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        _parts.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Server?> FindAsync(InstanceId instance, CancellationToken cancellationToken) =>
        (await _api.FindAsync($"servers/{instance}", ServerAnswer.Of, cancellationToken))?.Server;

    private static decimal? AmountOf(LocationPrice price) =>
        decimal.TryParse(price.PriceHourly?.Net, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : null;
}
