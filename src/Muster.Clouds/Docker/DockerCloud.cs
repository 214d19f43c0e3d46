using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Kit.Usage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Docker;

/// <summary>A cloud of containers on one Docker engine. <c>docs/clouds/docker.md</c> tells what a template's fields mean here.</summary>
/// <remarks>
/// A container's name, which ends in a part of the launch id, is the launch token: the daemon gives it out once at a time.
/// </remarks>
internal sealed class DockerCloud : ICloud, IStoppingCloud, IMeteredCloud
{
    private const int IdLength = 64;

    /// <summary>First wait between two looks at whether an end is shown; doubles. One look takes about as long.</summary>
    private static readonly TimeSpan ShownWaitMin = TimeSpan.FromMilliseconds(2);

    private static readonly NameRule Names = new() { LengthMax = 128 };

    private readonly DockerCloudOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly DockerApi _api;
    private readonly DockerLife _life;
    private readonly EndingInstances _ending = new();

    private readonly ListingReader _listing;
    private readonly UsageMeter _usage;
    private readonly ContainerPower _power;

    /// <param name="options">How it is set up.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="say">Gets what is odd about its answers.</param>
    public DockerCloud(DockerCloudOptions options, TimeProvider timeProvider, Action<string> say)
    {
        _listing = new ListingReader(
            $"{options.Endpoint.Cloud}: docker GET /containers/json", ContainerStates.OddFields, new BoundedWarnings(say, timeProvider));
        _options = options;
        _timeProvider = timeProvider;
        _api = new DockerApi(options, timeProvider);
        _life = new DockerLife(_api, options.Timeout, timeProvider);
        _power = new ContainerPower(_api, options.StopGrace, timeProvider);
        _usage = new UsageMeter(new DockerUsage(_api).LookAsync, timeProvider);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        // The daemon lists everything at once.
        PageSize = 100_000,
        LaunchTokens = true,
        LaunchTokensOutlive = false,
        Stops = true,
        Suspends = true,
        ListsStoppedAsFailed = true,
        GroupFilter = true,
        Watches = true,
        // For trials: an engine takes nothing back by itself, and has no way to give notice. Somebody ends the container.
        Interruptible = true,

        // The engine tells of an end some milliseconds before its list shows it.
        ListingLagMax = TimeSpan.FromSeconds(1),
        LaunchTimeout = ContainerStates.LaunchTimeout,
        BootGrace = ContainerStates.BootGrace,
        NameLengthMax = Names.LengthMax,
        TagValueLengthMax = 4096,
        // 50 launches a second: a container takes two calls that change something, to make and to start it, and a look.
        ReadsPerSecond = 100,
        WritesPerSecond = 100,
        Burst = 200,
    };

    /// <inheritdoc/>
    /// <remarks>By pausing: the memory stays where it is.</remarks>
    public bool CanSuspend => true;

    /// <inheritdoc/>
    public bool MayHaveUsage => true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var containers = await _api.ListAsync(filter.Tags.Select(tag => $"{tag.Key}={tag.Value}"), cancellationToken);
        var instances = containers
            .Select(one => one.Good is { } container ? Instance(container) : _listing.Take(one.Odd!, filter))
            .OfType<Instance>();
        foreach (var page in InstancePage.Split([.. instances], Traits.PageSize))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, Reading, cancellationToken, mayBeInterruptible: true);
        var name = Names.For(request.Name);
        var labels = name == request.Name ? request.Tags : request.Tags.SetItem(ContainerStates.NameLabel, request.Name);
        return Instance(
            await _life.BringUpAsync(name, spec with { Create = spec.Create with { Labels = labels } }, request, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsId(instance.Value))
        {
            // No container has such an id, and the text must not become a part of a path.
            return;
        }

        if (await _api.FindAsync(instance.Value, cancellationToken) is { } container && ContainerStates.IsProtected(container))
        {
            // Before the stop: what cannot be ended is left as it is.
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"container {instance} is protected by its label {ContainerStates.ProtectedLabel}: nothing was done to it; "
                + "remove it by hand if it is to go");
        }

        await _ending.EndAsync(instance.Value, () => EndAsync(instance.Value, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        var reading = Reading(template);
        var findings = reading.Findings.ToBuilder();
        findings.Add(await CheckImageAsync(template, reading.Spec?.Pull ?? PullPolicy.Missing, cancellationToken));
        foreach (var network in template.Networks.Where(
            network => network is not ("none" or "host" or "default") && !network.StartsWith("container:", StringComparison.Ordinal)))
        {
            var isThere = await _api.HasNetworkAsync(network, cancellationToken);
            findings.Add(new TemplateFinding(
                "network",
                isThere,
                isThere ? $"network '{network}' is there" : $"network is '{network}': the daemon has none of that name"));
        }

        return new TemplateCheck(findings.ToImmutable());
    }

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        _power.StopAsync(installation, instance, manner, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) =>
        _power.StartAsync(installation, instance, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken) =>
        _usage.ReadAsync(installation, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var events = await _api.EventsAsync($"{MusterTags.Installation}={installation}", cancellationToken);
        while (await events.NextAsync(cancellationToken) is { } line)
        {
            if (DockerApi.ReadEvent(line) is { Actor: { ID: { } id } actor } told)
            {
                await AwaitShownAsync(id, told.Action, cancellationToken);
                var group = actor.Attributes?.GetValueOrDefault(MusterTags.Group);
                yield return new CloudChange(Guid.TryParse(group, out var value) ? new GroupId(value) : null, new InstanceId(id));
            }
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"docker at {_options.Endpoint.Shown} ended the stream of events");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _usage.Dispose();
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a container can have the id: other text must not become a part of a path.</summary>
    internal static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    private TemplateReading<ContainerSpec> Reading(Template template) => ContainerTemplates.Read(template, _options.Allowance);

    private Instance Instance(ContainerSummary container) =>
        ContainerStates.Instance(container, _timeProvider.GetUtcNow(), _ending.Contains(container.Id));

    private async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        if (_options.StopGrace == TimeSpan.Zero)
        {
            await _api.RemoveAsync(id, cancellationToken);
            return;
        }

        await _api.StopAsync(id, _options.StopGrace, cancellationToken);
        await CallDoubt.AfterStopAsync(() => _api.RemoveAsync(id, cancellationToken));
    }

    /// <summary>
    /// Holds the hint of an end back until the list shows it, some milliseconds later: a look before that would find all well, and the
    /// next one comes only when the listing cannot be older. See docs/decisions/0042-a-hint-comes-when-a-look-is-worth-it.md.
    /// </summary>
    private async Task AwaitShownAsync(string id, string? action, CancellationToken cancellationToken)
    {
        if (action is not ("die" or "destroy"))
        {
            return;
        }

        var toldAt = _timeProvider.GetTimestamp();
        for (var wait = ShownWaitMin; _timeProvider.GetElapsedTime(toldAt) < Traits.ListingLagMax; wait *= 2)
        {
            var state = await _api.FindStateAsync(id, cancellationToken);
            if (state is null || (action is "die" && state is "exited" or "dead" or "removing"))
            {
                return;
            }

            await Task.Delay(wait, _timeProvider, cancellationToken);
        }
    }

    private async Task<TemplateFinding> CheckImageAsync(Template template, PullPolicy pull, CancellationToken cancellationToken)
    {
        if (pull is not PullPolicy.Always && await _api.HasImageAsync(template.Image, cancellationToken))
        {
            return new TemplateFinding("image", IsGood: true, $"image '{template.Image}' is there");
        }

        if (pull is PullPolicy.Never)
        {
            return new TemplateFinding(
                "image", IsGood: false, $"image is '{template.Image}': the daemon has none of that name, and it is not pulled");
        }

        return await _api.WhyNoPullAsync(template.Image, cancellationToken) is { } why
            ? new TemplateFinding("image", IsGood: false, $"image is '{template.Image}': it is not there and cannot be pulled: {why}")
            : new TemplateFinding("image", IsGood: true, $"image '{template.Image}' will be pulled");
    }
}
