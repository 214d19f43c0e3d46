using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.Usage;
using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>
/// A cloud of containers and virtual machines of LXD or Incus. <c>docs/clouds/lxd.md</c> and <c>incus.md</c> tell what a template's fields
/// mean here.
/// </summary>
/// <remarks>An instance's name, which ends in a part of the launch id, is the launch token: LXD gives it out once at a time.</remarks>
internal sealed class LxdCloud
    : ICloud, IZonedCloud, IStoppingCloud, IRetaggingCloud, IMeteredCloud, ISelfDescribingCloud, ITemplateReadingCloud
{
    /// <summary>What of whom changes are about is remembered; the oldest are forgotten together.</summary>
    private const int OwnersMax = 100_000;

    private readonly LxdCloudOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly LxdApi _api;
    private readonly LxdLife _life;
    private readonly LxdPower _power;
    private readonly LxdMarks _marks;
    private readonly LxdTemplates _templates;
    private readonly AddressBook _addresses;
    private readonly EndingInstances _ending = new();
    private readonly ConcurrentDictionary<string, Owner> _owners = new(StringComparer.Ordinal);

    private readonly ListingReader _listing;
    private readonly UsageMeter _usage;

    /// <summary>Whether the last watch ended by itself, so that hints were lost since.</summary>
    private bool _isWatchCutOff;

    /// <param name="options">How it is set up.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="say">Gets what is odd about its answers.</param>
    public LxdCloud(LxdCloudOptions options, TimeProvider timeProvider, Action<string> say)
    {
        _listing = new ListingReader(
            $"{options.Endpoint.Cloud}: {options.Dialect.Kind} GET /1.0/instances",
            LxdStates.OddFields,
            new BoundedWarnings(say, timeProvider));
        _options = options;
        _timeProvider = timeProvider;
        _api = new LxdApi(options, timeProvider);
        _life = new LxdLife(_api, options.Dialect.Client, options.StopGrace, timeProvider);
        _power = new LxdPower(_api, options.StopGrace, timeProvider);
        _marks = new LxdMarks(_api, _ending.Contains, timeProvider);
        _templates = new LxdTemplates(options);
        _addresses = new AddressBook(timeProvider);
        _usage = new UsageMeter(new LxdUsage(_api, timeProvider).LookAsync, timeProvider);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        // LXD lists everything at once.
        PageSize = 100_000,
        LaunchTokens = true,
        LaunchTokensOutlive = false,
        Stops = true,
        Suspends = true,
        GroupFilter = true,
        Watches = true,
        ListingLagMax = TimeSpan.Zero,
        LaunchTimeout = LxdStates.LaunchTimeout,
        BootGrace = TimeSpan.FromSeconds(30),
        NameLengthMax = LxdNames.Rule.AskedMax,
        TagValueLengthMax = 4096,
        // 50 launches a second: an instance takes two calls that change something, to make and to start it, a wait for each, and two looks.
        ReadsPerSecond = 250,
        WritesPerSecond = 100,
        Burst = 200,
    };

    /// <inheritdoc/>
    /// <remarks>Whether it is a cluster, only the daemon knows; and it may become one.</remarks>
    public bool MayHaveZones => true;

    /// <inheritdoc/>
    /// <remarks>By freezing: the memory stays where it is.</remarks>
    public bool CanSuspend => true;

    /// <inheritdoc/>
    public bool MayHaveUsage => true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = filter.Tags;
        var config = wanted.Select(tag => KeyValuePair.Create(LxdTags.Key(tag.Key), tag.Value));
        var withState = _addresses.IsAskDue(filter);
        var listed = await _api.ListAsync(config, withState, cancellationToken);
        _addresses.Note(
            filter, listed.Select(one => one.Good).OfType<LxdInstance>().Where(instance => Carries(instance, wanted)), withState);
        var instances = listed
            .Select(one => one.Good is not { } instance ? _listing.Take(one.Odd!, filter)
                : LxdStates.IsBlank(instance) ? Remembered(instance, wanted)
                : Carries(instance, wanted) ? Seen(instance) : null)
            .OfType<Instance>();
        foreach (var page in InstancePage.Split([.. instances], Traits.PageSize))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var create = LaunchPreamble.Begin(request, _templates.Read, cancellationToken, mayHaveZones: true);
        LxdZones.ThrowIfAmiss(request);
        await LxdReach.EnsureProfilesAsync(_api, request.Template, _options, cancellationToken);
        var name = LxdNames.Rule.For(request.Name);
        var config = new Dictionary<string, string>(create.Config);
        LxdTags.Write(request.Tags, config);
        if (name != request.Name)
        {
            config[LxdTags.NameKey] = request.Name;
        }

        create = create with { Name = name, Config = config };
        Remember(name, request.Tags);
        try
        {
            return Seen(await _life.BringUpAsync(create, request, cancellationToken));
        }
        catch (CloudException error)
        {
            throw await ZoneRefusal.OrAsync(
                request, LxdErrors.Of(error, request.Template), () => _api.MembersAsync(cancellationToken));
        }
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = instance.Value;
        if (!LxdNames.Rule.CanBe(name))
        {
            return;
        }

        await _ending.EndAsync(name, () => _life.TakeDownAsync(name, cancellationToken));
    }

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken) =>
        _marks.FindAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public async Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        await _marks.MarkAsync(instance, tags, cancellationToken);
        Remember(instance.Value, tags);
    }

    /// <inheritdoc/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        await _marks.UnmarkAsync(installation, group, instance, cancellationToken);
        _owners.TryRemove(instance.Value, out _);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _usage.ReadAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new LxdTemplateCheck(_api, _templates, _options).MakeAsync(template, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken) =>
        new LxdProjectSteps(_api, _options).DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken) =>
        new TemplateOfInstance(_api, _options).ReadAsync(instance, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken) => _api.MembersAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What happened while nobody listened is not told again: every group is looked at once, as soon as somebody does.
        var missed = _isWatchCutOff ? Known(installation) : [];
        var isHandingOver = false;
        try
        {
            await foreach (var name in _api.EventsAsync(cancellationToken))
            {
                var told = name is null ? missed : await ChangesOfAsync(installation, name, cancellationToken);
                foreach (var change in told)
                {
                    isHandingOver = true;
                    yield return change;
                    isHandingOver = false;
                }
            }
        }
        finally
        {
            _isWatchCutOff = !isHandingOver && !cancellationToken.IsCancellationRequested;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _usage.Dispose();
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ImmutableArray<CloudChange>> ChangesOfAsync(
        InstallationId installation, string name, CancellationToken cancellationToken)
    {
        // LXD does not say whose it is. What is gone before anybody saw it was nobody's loss.
        if (!_owners.TryGetValue(name, out var owner) && (await _api.LookAsync(name, cancellationToken))?.Good is { } instance)
        {
            Seen(instance);
            owner = _owners.GetValueOrDefault(name);
        }

        return owner?.Installation == installation ? [new CloudChange(owner.Group, new InstanceId(name))] : [];
    }

    /// <summary>One instance of each group that was seen.</summary>
    private ImmutableArray<CloudChange> Known(InstallationId installation) =>
    [
        .. _owners.Where(one => one.Value.Installation == installation)
            .DistinctBy(one => one.Value.Group)
            .Select(one => new CloudChange(one.Value.Group, new InstanceId(one.Key))),
    ];

    private Instance Seen(LxdInstance instance)
    {
        var seen = LxdStates.Instance(instance, _timeProvider.GetUtcNow(), _ending.Contains(instance.Name), _addresses.Of(instance));
        Remember(instance.Name, seen.Tags);
        return seen;
    }

    private void Remember(string name, ImmutableSortedDictionary<string, string> tags)
    {
        if (_owners.Count > OwnersMax)
        {
            _owners.Clear();
        }

        _owners[name] = new(tags);
    }

    /// <summary>Whether it is one of those asked for: whatever is in the status Error is listed beside them.</summary>
    private static bool Carries(LxdInstance instance, ImmutableSortedDictionary<string, string> wanted) =>
        instance.Status is not LxdStates.Error || wanted.All(tag => instance.Config?.GetValueOrDefault(LxdTags.Key(tag.Key)) == tag.Value);

    /// <summary>The instance of which LXD tells only the name, by what was seen of it before; null when it is somebody else's.</summary>
    /// <exception cref="CloudException">
    /// It may be ours, and nobody knows: a listing without it would be one that was cut short. See
    /// docs/decisions/0127-an-instance-that-lxd-cannot-make-out.md.
    /// </exception>
    private Instance? Remembered(LxdInstance instance, ImmutableSortedDictionary<string, string> wanted)
    {
        if (_owners.TryGetValue(instance.Name, out var owner))
        {
            return wanted.All(tag => owner.Tags.GetValueOrDefault(tag.Key) == tag.Value)
                ? LxdStates.Blank(instance, owner.Tags, _options.Dialect.Product)
                : null;
        }

        return LxdNames.CanBeOurs(instance.Name)
            ? throw new CloudException(
                CloudErrorKind.Unavailable,
                $"{_options.Dialect.Kind} GET /1.0/instances: of '{instance.Name}' {_options.Dialect.Product} tells nothing but the name "
                + "(status Error), so that it may be ours: "
                + "bring the member of the cluster back that it is on, or delete it there")
            : null;
    }

    /// <summary>Whose an instance is.</summary>
    /// <param name="Tags">Its tags.</param>
    private sealed record Owner(ImmutableSortedDictionary<string, string> Tags)
    {
        public InstallationId? Installation { get; } =
            Guid.TryParse(Tags.GetValueOrDefault(MusterTags.Installation), out var installation) ? new InstallationId(installation) : null;

        public GroupId? Group { get; } = Guid.TryParse(Tags.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null;
    }
}
