using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;

using Muster.Clouds.Docker.Wire;
using Muster.Clouds.Http;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Docker;

/// <summary>A cloud of containers on one Docker engine. <c>docs/clouds/docker.md</c> tells what a template's fields mean here.</summary>
/// <remarks>A container's name, which ends in a part of the launch id, is the launch token: the daemon gives it out once at a time.</remarks>
internal sealed class DockerCloud : ICloud
{
    private const int IdLength = 64;

    /// <summary>First wait between two looks at whether an end is shown; doubles. One look takes about as long.</summary>
    private static readonly TimeSpan ShownWaitMin = TimeSpan.FromMilliseconds(2);

    private readonly DockerCloudOptions _options;
    private readonly TimeProvider _time;
    private readonly DockerApi _api;
    private readonly ConcurrentDictionary<string, bool> _ending = new(StringComparer.Ordinal);

    public DockerCloud(DockerCloudOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _api = new DockerApi(options, time);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        // The daemon lists everything at once.
        PageSize = 100_000,
        LaunchTokens = true,
        LaunchTokensOutlive = false,
        GroupFilter = true,
        Watches = true,

        // The engine tells of an end some milliseconds before its list shows it.
        ListingLagMax = TimeSpan.FromSeconds(1),
        LaunchTimeout = TimeSpan.FromMinutes(12),
        BootGrace = TimeSpan.FromSeconds(10),
        NameLengthMax = 128,
        TagValueLengthMax = 4096,
        ReadsPerSecond = 50,
        WritesPerSecond = 50,
        Burst = 100,
    };

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var containers = await _api.ListAsync(MusterTags.For(filter).Select(tag => $"{tag.Key}={tag.Value}"), cancellationToken);
        foreach (var page in InstancePage.Split([.. containers.Select(Instance)], Traits.PageSize))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (wrong, spec) = TemplateReader.Read(request.Template);
        if (spec is null)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, string.Join("; ", wrong.Select(finding => finding.Message)));
        }
        var name = ContainerNames.For(request.Name);
        var labels = name == request.Name ? request.Tags : request.Tags.SetItem(ContainerStates.NameLabel, request.Name);
        if (spec.Pull is PullPolicy.Always && await _api.FindByNameAsync(name, cancellationToken) is null)
        {
            await _api.PullAsync(spec.Create.Image, cancellationToken);
        }
        var id = await CreateAsync(name, spec with { Create = spec.Create with { Labels = labels } }, cancellationToken);
        if (id is null)
        {
            var container = await FindOursAsync(name, request.Launch, cancellationToken);
            if (container.State is not "created")
            {
                return Instance(container);
            }
            id = container.Id;
        }
        return await StartAsync(id, request, spec, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (instance.Value.Length != IdLength || !instance.Value.All(char.IsAsciiHexDigitLower))
        {
            // No container has such an id, and the text must not become a part of a path.
            return;
        }
        _ending.TryAdd(instance.Value, true);
        try
        {
            if (_options.StopGrace > TimeSpan.Zero)
            {
                await _api.StopAsync(instance.Value, _options.StopGrace, cancellationToken);
            }
            await _api.RemoveAsync(instance.Value, cancellationToken);
        }
        finally
        {
            _ending.TryRemove(instance.Value, out _);
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        var (wrong, spec) = TemplateReader.Read(template);
        var findings = wrong.ToBuilder();
        findings.Add(await CheckImageAsync(template, spec?.Pull ?? PullPolicy.Missing, cancellationToken));
        foreach (var network in template.Networks.Where(network => network is not ("none" or "host" or "default")))
        {
            var isThere = await _api.HasNetworkAsync(network, cancellationToken);
            findings.Add(new TemplateFinding(
                "network", isThere, isThere ? $"network '{network}' is there" : $"network is '{network}': the daemon has none of that name"));
        }
        return new TemplateCheck(findings.ToImmutable());
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var events = await _api.EventsAsync($"{MusterTags.Installation}={installation}", cancellationToken);
        while (await NextLineAsync(events, cancellationToken) is { } line)
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
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private Instance Instance(ContainerSummary container) =>
        ContainerStates.Instance(container, _time.GetUtcNow(), Traits.LaunchTimeout, _ending.ContainsKey(container.Id));

    /// <summary>Makes the container, and pulls its image where the policy says so.</summary>
    /// <returns>Its id; null when one of the name is there already.</returns>
    private async Task<string?> CreateAsync(string name, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var (id, status) = await _api.CreateAsync(name, spec.Create, cancellationToken);
        if (status is HttpStatusCode.NotFound && spec.Pull is not PullPolicy.Never)
        {
            await _api.PullAsync(spec.Create.Image, cancellationToken);
            (id, status) = await _api.CreateAsync(name, spec.Create, cancellationToken);
        }
        return status is not HttpStatusCode.NotFound
            ? id
            : throw new CloudException(
                CloudErrorKind.InvalidRequest, $"image is '{spec.Create.Image}': the daemon has none of that name, and it is not pulled");
    }

    /// <summary>The container that has the name: of this launch, made by an earlier or a concurrent call of it.</summary>
    private async Task<ContainerSummary> FindOursAsync(string name, LaunchId launch, CancellationToken cancellationToken)
    {
        // Something of that name is there: nothing that fails says that the launch did not happen.
        var container = await Doubt.AfterLaunchAsync(async () =>
            await _api.FindByNameAsync(name, cancellationToken) ?? await AwaitByNameAsync(name, launch, cancellationToken));
        return container.Labels?.GetValueOrDefault(MusterTags.Launch) == launch.ToString()
            ? container
            : throw new CloudException(CloudErrorKind.InvalidRequest, $"name is '{name}': a container that is not of this launch has it");
    }

    /// <summary>Starts a container of the launch. Each step can be repeated, and by many at once.</summary>
    private async Task<Instance> StartAsync(string id, LaunchRequest request, ContainerSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            if (request.Template.UserData is { } userData)
            {
                await _api.PutFileAsync(id, TemplateReader.UserDataPath, userData, cancellationToken);
            }
            foreach (var network in spec.FurtherNetworks)
            {
                await _api.ConnectAsync(network, id, cancellationToken);
            }
            await _api.StartAsync(id, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is not CloudErrorKind.Ambiguous)
        {
            // What is left of it goes, so that "it did not happen" is true; when even that fails, it is for the next repeat.
            await Doubt.AfterLaunchAsync(() => _api.RemoveAsync(id, cancellationToken));
            throw DockerApi.IsAboutCommand(error)
                ? new CloudException(error.Kind, $"image is '{request.Template.Image}': {error.Message}", innerException: error)
                : error;
        }
        return Instance(await Doubt.AfterLaunchAsync(async () => await _api.FindAsync(id, cancellationToken)
            ?? throw new CloudException(CloudErrorKind.Ambiguous, $"container {id} was started, and is gone")));
    }

    /// <summary>Waits for the container of a launch under way elsewhere: its name is taken before it can be seen.</summary>
    private async Task<ContainerSummary> AwaitByNameAsync(string name, LaunchId launch, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var events = await _api.EventsAsync($"{MusterTags.Launch}={launch}", both.Token);
            do
            {
                // Looked for once more when the stream is open: nothing is missed in between.
                if (await _api.FindByNameAsync(name, both.Token) is { } container)
                {
                    return container;
                }
            }
            while (await NextLineAsync(events, both.Token) is not null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Told below.
        }
        throw new CloudException(CloudErrorKind.Ambiguous, $"the name '{name}' is taken, but no container came to have it");
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
        var toldAt = _time.GetTimestamp();
        for (var wait = ShownWaitMin; _time.GetElapsedTime(toldAt) < Traits.ListingLagMax; wait *= 2)
        {
            var container = await _api.FindAsync(id, cancellationToken);
            if (container is null || (action is "die" && container.State is "exited" or "dead" or "removing"))
            {
                return;
            }
            await Task.Delay(wait, _time, cancellationToken);
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
            return new TemplateFinding("image", IsGood: false, $"image is '{template.Image}': the daemon has none of that name, and it is not pulled");
        }
        return await _api.WhyNoPullAsync(template.Image, cancellationToken) is { } why
            ? new TemplateFinding("image", IsGood: false, $"image is '{template.Image}': it is not there and cannot be pulled: {why}")
            : new TemplateFinding("image", IsGood: true, $"image '{template.Image}' will be pulled");
    }

    private async Task<string?> NextLineAsync(StreamReader events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.ReadLineAsync(cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw _api.BrokenOff(error);
        }
    }
}
