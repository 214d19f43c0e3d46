using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Simulation.Clouds;

/// <summary>A cloud in memory that keeps the port's contract in any weather, and knows the truth of every instance it ever made.</summary>
/// <remarks>
/// Runs under any clock: the simulator's, or the real one in benchmarks, where it holds 100,000 instances.
/// Images that start with <c>missing</c> do not exist.
/// </remarks>
public sealed partial class SimulatedCloud : ICloud, IZonedCloud, IMeteredCloud, IRetaggingCloud, IStoppingCloud
{
    /// <summary>Images that start so do not exist here.</summary>
    public const string MissingImage = "missing";

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly TimeProvider _timeProvider;
    private readonly ICloudWeather _weather;
    private readonly ICloudWitness? _witness;
    private readonly ImmutableArray<string> _zones;

    // Guarded by the gate.
    private readonly Dictionary<InstanceId, SimulatedInstance> _byId = [];
    private readonly Dictionary<Guid, SimulatedInstance> _byLaunch = [];
    private readonly InstanceShelf _all = new();
    private readonly Dictionary<string, InstanceShelf> _byInstallation = [];
    private readonly Dictionary<(string Installation, string Group), InstanceShelf> _byGroup = [];
    private readonly Dictionary<string, ImmutableSortedDictionary<string, string>> _commonTags = [];
    private readonly List<HintStream> _watchers = [];
    private readonly Dictionary<string, int> _stock = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>An empty cloud.</summary>
    /// <param name="name">Start of its instances' ids.</param>
    /// <param name="traits">What it claims, and keeps.</param>
    /// <param name="weather">What becomes of each call.</param>
    /// <param name="timeProvider">Its clock.</param>
    /// <param name="witness">Who is told the truth.</param>
    /// <param name="zones">Its zones; none unless given. An instance for which none is asked for goes to each in turn.</param>
    public SimulatedCloud(
        string name,
        CloudTraits traits,
        ICloudWeather weather,
        TimeProvider timeProvider,
        ICloudWitness? witness = null,
        params ReadOnlySpan<string> zones)
    {
        _name = name;
        _timeProvider = timeProvider;
        _weather = weather;
        _witness = witness;
        _zones = [.. zones];
        Traits = traits;
    }

    private ReadOnlySpan<LifeEvent> HalfMade => new LifeEvent[]
    {
        new(TimeSpan.Zero, InstanceState.Provisioning) { IsHalfMade = true }, new(Traits.LaunchTimeout, InstanceState.Failed),
    };

    /// <inheritdoc/>
    public CloudTraits Traits { get; private init; }

    /// <inheritdoc/>
    public bool MayHaveZones => !_zones.IsEmpty;

    /// <inheritdoc/>
    public bool MayHaveUsage => true;

    /// <summary>How hard an instance works, in percent of its processors and its memory; not at all unless set.</summary>
    public Func<Instance, (double Cpu, double Memory)> Work { get; set; } = _ => (0, 0);

    /// <summary>How many may be alive at once in a zone, before a launch that asks for it is out of stock; null for no bound.</summary>
    public void Stock(string zone, int? most)
    {
        lock (_gate)
        {
            if (most is { } number)
            {
                _stock[zone] = number;
            }
            else
            {
                _stock.Remove(zone);
            }
        }
    }

    /// <summary>Every instance that may still be of interest, in the order they were made.</summary>
    public ImmutableArray<SimulatedInstance> Instances
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Instances];
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? cursor = 0;
        while (cursor is { } from)
        {
            (var page, cursor) = await ListPageAsync(filter, from, cancellationToken);
            if (page is not null)
            {
                yield return page;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        var (usage, isWhole) = (ImmutableArray.CreateBuilder<InstanceUsage>(), false);
        await foreach (var page in ListAsync(new InstanceFilter(installation), cancellationToken))
        {
            isWhole = page.IsLast;
            foreach (var instance in page.Instances.Where(instance => instance.State is InstanceState.Running))
            {
                var (cpu, memory) = Work(instance);
                usage.Add(new(instance.Id, instance.Read<GroupId>(MusterTags.Group), cpu, memory));
            }
        }

        return isWhole ? usage.ToImmutable() : throw new CloudException(CloudErrorKind.Unavailable, "the figures were cut short");
    }

    /// <summary>Fails the next changes of tags: what the call throws, and whether the tags are changed all the same.</summary>
    public Queue<(CloudException Error, bool Happens)> TagFailures { get; } = new();

    /// <inheritdoc/>
    public Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult(Existing_NeedsGate(instance));
        }
    }

    /// <inheritdoc/>
    public Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) => RetagAsync(
            instance, tags.GetValueOrDefault(MusterTags.Installation), tags.GetValueOrDefault(MusterTags.Group),
            before => before.SetItems(tags), cancellationToken);

    /// <inheritdoc/>
    public Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken) => RetagAsync(
            instance, installation.ToString(), group.ToString(),
            before => before.RemoveRange(before.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))),
            cancellationToken);

    /// <summary>One page of a listing.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="cursor">Where the last page ended; 0 for the first.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The page, null when the stream was cut short; and where the next begins, null when there is none.</returns>
    public async Task<(InstancePage? Page, long? Next)> ListPageAsync(
        InstanceFilter filter, long cursor, CancellationToken cancellationToken)
    {
        var fate = _weather.Page();
        await DelayAsync(fate.Before, cancellationToken);
        if (fate.Refusal is { } refusal)
        {
            throw refusal;
        }

        return fate.CutsListing ? (null, null) : ReadPage(filter, cursor, fate);
    }

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var fate = _weather.Launch(request);
        return fate.OutlivesCaller
            ? LaunchAsync(request, fate, CancellationToken.None).WaitAsync(cancellationToken)
            : LaunchAsync(request, fate, cancellationToken);
    }

    /// <inheritdoc/>
    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var fate = _weather.Terminate(instance);
        return fate.OutlivesCaller
            ? TerminateAsync(instance, fate, CancellationToken.None).WaitAsync(cancellationToken)
            : TerminateAsync(instance, fate, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        await DelayAsync(_weather.Page().Before, cancellationToken);
        var isThere = !template.Image.StartsWith(MissingImage, StringComparison.Ordinal);
        return new([new("image", isThere, isThere ? $"{template.Image} exists" : $"there is no image {template.Image}")]);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(_weather.Page().Before, cancellationToken);
        return _zones;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = Watch(installation);
        while (true)
        {
            yield return await watch.NextAsync(cancellationToken);
        }
    }

    /// <summary>Starts to watch an installation's instances.</summary>
    public CloudWatch Watch(InstallationId installation)
    {
        if (!Traits.Watches)
        {
            throw new InvalidOperationException($"{_name} tells no changes: its traits say so");
        }

        var stream = new HintStream(installation);
        lock (_gate)
        {
            _watchers.Add(stream);
        }

        var breaker = _weather.HintsBreakAfter() is { } after
            ? _timeProvider.CreateTimer(
                _ => stream.Break(new(CloudErrorKind.Unavailable, "the stream of changes broke")), null, after, Timeout.InfiniteTimeSpan)
            : null;
        return new CloudWatch(stream, () =>
        {
            breaker?.Dispose();
            lock (_gate)
            {
                _watchers.Remove(stream);
            }
        });
    }

    /// <summary>Puts an instance there that nobody launched through this port: a stranger's, or a benchmark's.</summary>
    public SimulatedInstance Place(string instanceName, ImmutableSortedDictionary<string, string> tags, params ReadOnlySpan<LifeEvent> life)
    {
        lock (_gate)
        {
            var instance = Make_NeedsGate(
                instanceName, tags, zone: null, isInterruptible: false, life.IsEmpty ? [new(TimeSpan.Zero, InstanceState.Running)] : life);
            _witness?.Placed(instance);
            Hint_NeedsGate(instance);
            return instance;
        }
    }

    /// <summary>Makes an instance turn now, whatever it was to become: a fault in the cloud, or somebody at its console.</summary>
    public void Turn(SimulatedInstance instance, params ReadOnlySpan<LifeEvent> turns)
    {
        lock (_gate)
        {
            instance.Turn(_timeProvider.GetUtcNow(), turns);
            Hint_NeedsGate(instance);
        }
    }

    /// <summary>Takes an interruptible instance back, as the cloud may at any time: it is gone for good.</summary>
    /// <param name="instance">Which; one that is gone by now, or on its way out, stays as it is.</param>
    /// <param name="warning">How long before its end notice is given, which listings show from now on; zero for none.</param>
    /// <exception cref="InvalidOperationException">It was not launched as interruptible.</exception>
    public void TakeBack(SimulatedInstance instance, TimeSpan warning = default)
    {
        if (!instance.IsInterruptible)
        {
            throw new InvalidOperationException($"{instance.Id} is not the cloud's to take back");
        }

        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            if (instance.StateAt(now) is null or InstanceState.Terminating)
            {
                return;
            }

            instance.TakeBack(now, warning);
            Hint_NeedsGate(instance);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Instance> LaunchAsync(LaunchRequest request, CallFate fate, CancellationToken cancellationToken)
    {
        await DelayAsync(fate.Before, cancellationToken);
        if (fate.Refusal is { } refusal)
        {
            throw refusal;
        }

        SimulatedInstance instance;
        lock (_gate)
        {
            instance = FindOrMake_NeedsGate(request, fate.IsCutShort);
        }

        await DelayAsync(fate.After, cancellationToken);
        if (fate.Loss is { } loss)
        {
            throw loss;
        }

        // Also one that is gone since is answered with: it was made, and this is what has become of it.
        return instance.ShowAt(_timeProvider.GetUtcNow()) ?? instance.Show(InstanceState.Terminating);
    }

    private async Task TerminateAsync(InstanceId id, CallFate fate, CancellationToken cancellationToken)
    {
        await DelayAsync(fate.Before, cancellationToken);
        if (fate.Refusal is { } refusal)
        {
            throw refusal;
        }

        if (!fate.IsInert)
        {
            lock (_gate)
            {
                Terminate_NeedsGate(id);
            }
        }

        await DelayAsync(fate.After, cancellationToken);
        if (fate.Loss is { } loss)
        {
            throw loss;
        }
    }

    private SimulatedInstance FindOrMake_NeedsGate(LaunchRequest request, bool isCutShort)
    {
        if (Traits.LaunchTokens && _byLaunch.TryGetValue(request.Launch.Value, out var first))
        {
            if (!isCutShort && first.IsHalfMadeAt(_timeProvider.GetUtcNow()))
            {
                first.Start(_timeProvider.GetUtcNow(), _weather.Life(request));
                Hint_NeedsGate(first);
            }

            return first;
        }

        Refuse_NeedsGate(request);
        var life = isCutShort ? HalfMade : _weather.Life(request);
        var instance = Make_NeedsGate(request.Name, request.Tags, request.Zone, request.IsInterruptible, life);
        _byLaunch.TryAdd(request.Launch.Value, instance);
        _witness?.Made(instance);
        Hint_NeedsGate(instance);
        return instance;
    }

    private void Refuse_NeedsGate(LaunchRequest request)
    {
        if (request.Name.Length > Traits.NameLengthMax)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"the name {request.Name} has more than {Traits.NameLengthMax} characters");
        }

        if (request.Tags.FirstOrDefault(tag => tag.Value.Length > Traits.TagValueLengthMax) is { Key: not null } tag)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"the tag {tag.Key} has more than {Traits.TagValueLengthMax} characters");
        }

        if (request.Template.Image.StartsWith(MissingImage, StringComparison.Ordinal))
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"there is no image {request.Template.Image}");
        }

        if (request.Zone is { } zone && !_zones.Contains(zone))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest, $"zone is '{zone}': the zones of {_name} are {string.Join(", ", _zones)}");
        }

        if (request.IsInterruptible && !Traits.Interruptible)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"interruptible is 'true': {_name} has no interruptible instances");
        }

        if (request.Zone is { } asked && _stock.TryGetValue(asked, out var most))
        {
            var now = _timeProvider.GetUtcNow();
            if (_all.Instances.Count(instance => instance.Zone == asked && instance.StateAt(now) is not null) >= most)
            {
                throw new CloudException(CloudErrorKind.OutOfStock, $"none is left in {asked}");
            }
        }
    }

    private SimulatedInstance Make_NeedsGate(
        string instanceName,
        ImmutableSortedDictionary<string, string> tags,
        string? zone,
        bool isInterruptible,
        ReadOnlySpan<LifeEvent> life)
    {
        Guid? launch = tags.TryGetValue(MusterTags.Launch, out var text) && Guid.TryParse(text, out var value) ? value : null;
        _sequence++;
        var instance = new SimulatedInstance(
            new(string.Create(CultureInfo.InvariantCulture, $"{_name}-{_sequence}")),
            _sequence,
            instanceName,
            Common_NeedsGate(launch is null ? tags : tags.Remove(MusterTags.Launch)),
            launch,
            _timeProvider.GetUtcNow(),
            life.ToArray(),
            zone ?? (_zones.IsEmpty ? null : _zones[(int)(_sequence % _zones.Length)]),
            isInterruptible);
        _byId.Add(instance.Id, instance);
        Shelve_NeedsGate(instance);
        return instance;
    }

    private Instance? Existing_NeedsGate(InstanceId id) =>
        _byId.GetValueOrDefault(id)?.ShowAt(_timeProvider.GetUtcNow()) is { State: not InstanceState.Terminating } shown ? shown : null;

    private Task RetagAsync(
        InstanceId id, string? installation, string? group,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (Existing_NeedsGate(id) is not { } shown)
            {
                throw new CloudException(CloudErrorKind.NotFound, $"there is no instance '{id}'");
            }

            var failure = TagFailures.TryDequeue(out var next) ? next : default((CloudException Error, bool Happens)?);
            if (failure is { Happens: false } refused)
            {
                throw refused.Error;
            }

            var (whose, of) = (shown.Tags.GetValueOrDefault(MusterTags.Installation), shown.Tags.GetValueOrDefault(MusterTags.Group));
            if ((whose ?? installation) != installation || (of ?? group) != group)
            {
                throw new CloudException(CloudErrorKind.InvalidRequest, $"instance '{id}' carries another's mark");
            }

            var instance = _byId[id];
            if (whose is not null)
            {
                ShelfOf(_byInstallation, whose).Remove(instance);
                ShelfOf(_byGroup, (whose, of ?? "")).Remove(instance);
            }

            instance.Retag(change(shown.Tags));
            if (instance.TagOf(MusterTags.Installation) is { } own)
            {
                ShelfOf(_byInstallation, own).Insert(instance);
                ShelfOf(_byGroup, (own, instance.TagOf(MusterTags.Group) ?? "")).Insert(instance);
            }

            return failure is { } told ? Task.FromException(told.Error) : Task.CompletedTask;
        }
    }

    private void Shelve_NeedsGate(SimulatedInstance instance)
    {
        _all.Add(instance);
        if (instance.TagOf(MusterTags.Installation) is { } installation)
        {
            ShelfOf(_byInstallation, installation).Add(instance);
            if (instance.TagOf(MusterTags.Group) is { } group)
            {
                ShelfOf(_byGroup, (installation, group)).Add(instance);
            }
        }
    }

    private static InstanceShelf ShelfOf<TKey>(Dictionary<TKey, InstanceShelf> shelves, TKey key) where TKey : notnull
    {
        if (!shelves.TryGetValue(key, out var shelf))
        {
            shelves.Add(key, shelf = new());
        }

        return shelf;
    }

    /// <summary>A group's instances share all tags but the launch.</summary>
    private ImmutableSortedDictionary<string, string> Common_NeedsGate(ImmutableSortedDictionary<string, string> tags)
    {
        var group = tags.GetValueOrDefault(MusterTags.Group) ?? "";
        if (_commonTags.TryGetValue(group, out var known) && known.SequenceEqual(tags))
        {
            return known;
        }

        _commonTags[group] = tags;
        return tags;
    }

    private void Terminate_NeedsGate(InstanceId id)
    {
        var now = _timeProvider.GetUtcNow();
        if (!_byId.TryGetValue(id, out var instance) || instance.StateAt(now) is not { } before || before is InstanceState.Terminating)
        {
            return;
        }

        instance.Terminate(now, _weather.Shutdown());
        _witness?.Terminated(instance, before);
        Hint_NeedsGate(instance);
    }

    private (InstancePage? Page, long? Next) ReadPage(InstanceFilter filter, long cursor, CallFate fate)
    {
        var asOf = _timeProvider.GetUtcNow() - fate.Lag;
        var longAgo = _timeProvider.GetUtcNow() - Traits.ListingLagMax;
        var (installation, account) = (filter.Installation.ToString(), filter.Account?.ToString());
        var page = ImmutableArray.CreateBuilder<Instance>();
        lock (_gate)
        {
            var shelf = fate.IgnoresFilter ? _all : ShelfFor_NeedsGate(installation, filter.Group);
            var gone = 0;
            foreach (var instance in shelf.After(cursor))
            {
                if (account is not null && !fate.IgnoresFilter && !instance.Carries(MusterTags.Account, account))
                {
                    continue;
                }

                if (ShowAt(instance, asOf) is not { } shown)
                {
                    gone += instance.StateAt(longAgo) is null && instance.MadeAt <= longAgo ? 1 : 0;
                    continue;
                }

                if (page.Count == Traits.PageSize)
                {
                    shelf.OnGone(gone, longAgo);
                    return (new(page.DrainToImmutable(), IsLast: false), cursor);
                }

                page.Add(shown);
                cursor = instance.Sequence;
            }

            shelf.OnGone(gone, longAgo);
        }

        return (new(page.DrainToImmutable(), IsLast: true), null);
    }

    private InstanceShelf ShelfFor_NeedsGate(string installation, GroupId? group) =>
        group is { } id
            ? _byGroup.GetValueOrDefault((installation, id.ToString())) ?? new()
            : _byInstallation.GetValueOrDefault(installation) ?? new();

    private void Hint_NeedsGate(SimulatedInstance instance)
    {
        if (_watchers.Count == 0)
        {
            return;
        }

        var age = _timeProvider.GetUtcNow() - instance.MadeAt;
        Offer_NeedsGate(instance);
        foreach (var turn in instance.Life)
        {
            if (turn.After > age)
            {
                _ = OfferLaterAsync(instance, turn.After - age);
            }
        }
    }

    private async Task OfferLaterAsync(SimulatedInstance instance, TimeSpan delay)
    {
        await Task.Delay(delay, _timeProvider, CancellationToken.None);
        lock (_gate)
        {
            // It may have been terminated since, and the turn never come: a hint too many is harmless.
            Offer_NeedsGate(instance);
        }
    }

    private void Offer_NeedsGate(SimulatedInstance instance)
    {
        foreach (var watcher in _watchers)
        {
            if (watcher.Installation == instance.Installation && !_weather.LosesHint())
            {
                watcher.Offer(new(_weather.HintsNameGroups ? instance.Group : null, instance.Id));
            }
        }
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return delay > TimeSpan.Zero ? Task.Delay(delay, _timeProvider, cancellationToken) : Task.CompletedTask;
    }
}
