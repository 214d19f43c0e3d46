using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.DigitalOcean;

/// <summary>DigitalOcean: an instance is a droplet of one account or team.</summary>
/// <remarks>
/// <c>docs/clouds/digitalocean.md</c> tells what a template's fields mean here. A droplet's disk goes with it and addresses are its own, so
/// nothing can be left over.
/// </remarks>
internal sealed class DigitalOceanCloud
    : ICloud, IZonedCloud, IPricedCloud, IStoppingCloud, ISelfDescribingCloud, ITemplateReadingCloud
{
    private const string Currency = "USD";

    /// <summary>DigitalOcean writes prices as single floats: 0.00743999984115362 is 0.00744.</summary>
    private const int PriceDecimals = 6;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    private readonly DigitalOceanApi _api;
    private readonly DropletListing _listing;
    private readonly DropletLauncher _launcher;
    private readonly DropletRegions _regions;
    private readonly TemplateChecks _checks;
    private readonly AccountSteps _account;
    private readonly SnapshotFinder _snapshots;
    private readonly DropletPower _power;

    public DigitalOceanCloud(DigitalOceanOptions options, ApiToken token, TimeProvider timeProvider, Action<string> say)
    {
        _api = new(options, token, timeProvider);
        _listing = new(_api, options.PageSize, options.ListingLag, timeProvider, new BoundedWarnings(say, timeProvider));
        _regions = new(_api);
        _account = new(_api);
        _power = new(_api, options.ListingLag, timeProvider);
        _snapshots = new(_api, say, timeProvider);
        _launcher = new(_api, _listing, _snapshots, _regions, options.ListingLag, timeProvider);
        _checks = new(_api, _snapshots, _regions, _account);
        Traits = new()
        {
            PageSize = options.PageSize,
            LaunchTokens = false,
            // Two runs of muster scale at the same moment may each have looked before the other's droplet was there.
            LaunchTokensRace = true,
            Stops = true,
            GroupFilter = true,
            Watches = false,
            ListingLagMax = options.ListingLag,
            // Long enough for the looks and the wait of a launch that is asked for again.
            LaunchTimeout = options.ListingLag + TimeSpan.FromMinutes(2),
            NameLengthMax = DropletNames.Rule.AskedMax,
            TagValueLengthMax = 200,
            // DigitalOcean counts 250 calls in any minute and 5,000 in any hour, reads and writes together; a twentieth is for people. The
            // windows are what holds, and the rates only spread what is left of them. See docs/decisions/0253-two-windows-of-calls.md.
            ReadsPerSecond = 1,
            WritesPerSecond = 4,
            Burst = 200,
            ReadWindows = [new(40, Minute), new(1000, Hour)],
            WriteWindows = [new(200, Minute), new(3750, Hour)],
        };
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

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
        if (IdOf(instance) is not { } id)
        {
            // Ids are numbers: anything else never was a droplet, and must not become a part of a path.
            return;
        }

        // By its id alone. A deletion by tag would end whatever carries the tag by then.
        var answer = await _api.SendAsync(HttpMethod.Delete, $"terminate {id}", $"/v2/droplets/{id}", body: null, cancellationToken);
        if (!answer.IsGood && answer.Status is not HttpStatusCode.NotFound)
        {
            throw DigitalOceanErrors.Translate(answer, "droplet:delete");
        }
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        _checks.CheckAsync(template, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">DigitalOcean has no stream of changes; the traits say so.</exception>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("DigitalOcean has no stream of changes");

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _regions.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken)
    {
        var prices = ImmutableArray.CreateBuilder<CloudPrice>();
        var lists = _api.ListAsync("list sizes", "/v2/sizes", "sizes:read", SizeList.Of, cancellationToken);
        await foreach (var list in lists)
        {
            prices.AddRange((list.Sizes ?? []).OfType<Size>()
                .Where(size => size is { Slug.Length: > 0, PriceHourly: > 0 })
                .Select(size => new CloudPrice(
                    Zone: null, size.Slug, IsInterruptible: null, decimal.Round(size.PriceHourly!.Value, PriceDecimals), Currency)));
        }

        return [.. prices.DistinctBy(price => price.Size)];
    }

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) => _account.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var answer = IdOf(instance) is not { } id ? null : await _api.FindAsync(
            $"look up droplet {id}", $"/v2/droplets/{id}", "droplet:read", DropletAnswer.Of, cancellationToken);
        if (answer?.Droplet is not { } element)
        {
            throw new CloudException(CloudErrorKind.NotFound, $"there is no droplet '{Shown(instance)}': doctl compute droplet list");
        }

        var (droplet, odd) = ListingReader.ReadOne(element, Droplet.Of, DropletReader.Flaw);
        return droplet is not null
            ? DropletDraft.Of(droplet)
            : throw new CloudException(CloudErrorKind.Unavailable, $"droplet {Shown(instance)} is not understood: {odd!.Why}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        _snapshots.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Shown(InstanceId instance) => Muster.Outbound.ForeignText.Shown(instance.Value);

    /// <summary>The id as it stands in a path; null where no droplet can have it.</summary>
    public static string? IdOf(InstanceId instance) =>
        long.TryParse(instance.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id.ToString(CultureInfo.InvariantCulture)
            : null;
}
