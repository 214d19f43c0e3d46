using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Exec;

/// <summary>A cloud that is an executable: one process a call, JSON in and out. <c>docs/clouds/exec.md</c> is its contract.</summary>
internal sealed class ExecCloud : ICloud, IZonedCloud, IPricedCloud
{
    private readonly TimeProvider _timeProvider;
    private readonly ExecCloudOptions _options;
    private readonly PluginProcess _process;
    private readonly PluginCaller _caller;

    private readonly ListingReader _listing;

    private ExecCloud(
        ExecCloudOptions options,
        PluginProcess process,
        PluginCaller caller,
        CloudTraits traits,
        bool hasZones,
        bool hasPrices,
        TimeProvider timeProvider,
        Action<string> say)
    {
        _timeProvider = timeProvider;
        _listing = new ListingReader($"{options.Cloud}: list", ExecReader.OddFields, new BoundedWarnings(say, timeProvider));
        _options = options;
        _process = process;
        _caller = caller;
        Traits = traits;
        MayHaveZones = hasZones;
        MayHavePrices = hasPrices;
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; }

    /// <inheritdoc/>
    public bool MayHaveZones { get; }

    /// <inheritdoc/>
    public bool MayHavePrices { get; }

    /// <summary>Asks the executable what it can do.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    /// <param name="say">Gets each line that it writes to standard error, without secrets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException">It cannot be started, or does not describe itself.</exception>
    public static async Task<ExecCloud> OpenAsync(
        ExecCloudOptions options, TimeProvider timeProvider, Action<string> say, CancellationToken cancellationToken)
    {
        var process = new PluginProcess(options, timeProvider, say);
        var caller = new PluginCaller(options, process);
        try
        {
            var said = await DescribeAsync(options, caller, cancellationToken);
            return new ExecCloud(
                options, process, caller, ExecTraits.Of(said), said.Zones is true, said.Prices is true, timeProvider, say);
        }
        catch
        {
            caller.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tags = filter.Tags;
        ExecReader? reader = null;
        async Task<(ImmutableArray<Instance> Instances, string? Next)> ReadAsync(string? cursor)
        {
            (reader, var output) = await CallAsync(Request(ExecOperation.List) with { Tags = tags, Cursor = cursor }, cancellationToken);
            return reader.Page(output, filter, _listing);
        }

        await foreach (var (instances, isLast) in CursorPages.ReadAsync(
            ReadAsync, cursor => reader!.Masked(cursor), _timeProvider, cancellationToken))
        {
            // Whatever it shows: only what carries the tags is of this listing.
            yield return new InstancePage([.. instances.Where(instance => Carries(instance, tags))], isLast);
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        if (request.Zone is { } zone && !MayHaveZones)
        {
            // One that knows no zones would make it anywhere.
            throw ZoneRefusal.Of(zone, []);
        }

        if (request.IsInterruptible && !Traits.Interruptible)
        {
            // One that knows nothing of them would make one that stays, at its price.
            throw InterruptibleRefusal.Make();
        }

        var (reader, output) = await CallAsync(
            Request(ExecOperation.Launch) with
            {
                Launch = request.Launch.ToString(),
                Name = request.Name,
                Tags = request.Tags,
                Zone = request.Zone,
                Interruptible = request.IsInterruptible ? true : null,
                Template = ExecTemplate.Of(request.Template),
            },
            cancellationToken);
        return reader.Instance(reader.Read(output, ExecJson.Default.ExecInstance), "its output", request.Tags);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(Request(ExecOperation.Terminate) with { Id = instance.Value }, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.NotFound)
        {
            // Already gone is success.
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        var (reader, output) = await CallAsync(
            Request(ExecOperation.Check) with { Template = ExecTemplate.Of(template) }, cancellationToken);
        return new TemplateCheck(reader.Findings(reader.Read(output, ExecJson.Default.ExecCheck)));
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken)
    {
        if (!MayHaveZones)
        {
            return [];
        }

        var (reader, output) = await CallAsync(Request(ExecOperation.Zones), cancellationToken);
        return reader.Zones(reader.Read(output, ExecJson.Default.ExecZones));
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CloudPrice>> ListPricesAsync(CancellationToken cancellationToken)
    {
        if (!MayHavePrices)
        {
            return [];
        }

        var (reader, output) = await CallAsync(Request(ExecOperation.Prices), cancellationToken);
        return reader.Prices(reader.Read(output, ExecJson.Default.ExecPrices));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Request(ExecOperation.Watch) with { Tags = new InstanceFilter(installation).Tags };
        var call = PluginCall.Of(_options, request, Timeout.InfiniteTimeSpan);
        var reader = new ExecReader(ExecOperation.Watch, call.Doubt, call.Mask);
        await foreach (var line in _process.StreamAsync(call, cancellationToken))
        {
            var change = reader.Read(line, ExecJson.Default.ExecChange, "a line");
            if (change.Id is { Length: > 0 } id)
            {
                yield return new CloudChange(change.Group is { } group ? new GroupId(group) : null, new InstanceId(id));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _caller.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ExecDescription> DescribeAsync(
        ExecCloudOptions options, PluginCaller caller, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Operation = ExecOperation.Describe, Cloud = options.Cloud };
        var (reader, output) = await caller.CallAsync(PluginCall.Of(options, request, options.Timeout), cancellationToken);
        return reader.Read(output, ExecJson.Default.ExecDescription);
    }

    private ExecRequest Request(string operation) => new() { Operation = operation, Cloud = _options.Cloud };

    private Task<(ExecReader Reader, string Output)> CallAsync(ExecRequest request, CancellationToken cancellationToken) =>
        _caller.CallAsync(
            PluginCall.Of(_options, request, request.Operation is ExecOperation.Launch ? Traits.LaunchTimeout : _options.Timeout),
            cancellationToken);

    private static bool Carries(Instance instance, ImmutableSortedDictionary<string, string> tags) =>
        tags.All(tag => instance.Tags.TryGetValue(tag.Key, out var value) && value == tag.Value);
}
