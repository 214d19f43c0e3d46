using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>A cloud of containers and virtual machines of LXD or Incus. <c>docs/clouds/lxd.md</c> tells what a template's fields mean here.</summary>
/// <remarks>An instance's name, which ends in a part of the launch id, is the launch token: LXD gives it out once at a time.</remarks>
internal sealed class LxdCloud : ICloud
{
    /// <summary>Steps of one launch or termination: others may be at work on the same instance, but not for ever.</summary>
    private const int StepsMax = 20;

    /// <summary>Added to each wait for a lock that cannot be watched: 20 steps are 10 s in all.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(50);

    /// <summary>What of whom changes are about is remembered; the oldest are forgotten together.</summary>
    private const int OwnersMax = 100_000;

    private readonly LxdCloudOptions _options;
    private readonly TimeProvider _time;
    private readonly LxdApi _api;
    private readonly TemplateReader _templates;
    private readonly ConcurrentDictionary<string, bool> _ending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (InstallationId? Installation, GroupId? Group)> _owners = new(StringComparer.Ordinal);

    public LxdCloud(LxdCloudOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _api = new LxdApi(options, time);
        _templates = new TemplateReader(options.Remotes);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        // LXD lists everything at once.
        PageSize = 100_000,
        LaunchTokens = true,
        LaunchTokensOutlive = false,
        GroupFilter = true,
        Watches = true,
        ListingLagMax = TimeSpan.Zero,
        LaunchTimeout = TimeSpan.FromMinutes(12),
        BootGrace = TimeSpan.FromSeconds(30),
        NameLengthMax = LxdNames.LengthMax,
        TagValueLengthMax = 4096,
        ReadsPerSecond = 50,
        WritesPerSecond = 50,
        Burst = 100,
    };

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string> { [LxdTags.Key(MusterTags.Installation)] = filter.Installation.ToString() };
        if (filter.Account is { } account)
        {
            tags[LxdTags.Key(MusterTags.Account)] = account.ToString();
        }
        if (filter.Group is { } group)
        {
            tags[LxdTags.Key(MusterTags.Group)] = group.ToString();
        }
        var instances = (await _api.ListAsync(tags, cancellationToken)).Select(Seen).ToImmutableArray();
        for (var start = 0; ; start += Traits.PageSize)
        {
            var isLast = start + Traits.PageSize >= instances.Length;
            yield return new InstancePage([.. instances.Skip(start).Take(Traits.PageSize)], isLast);
            if (isLast)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (wrong, create) = _templates.Read(request.Template);
        if (create is null)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, string.Join("; ", wrong.Select(finding => finding.Message)));
        }
        var name = LxdNames.For(request.Name);
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
            return await BringUpAsync(create, request, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.InvalidRequest)
        {
            throw new CloudException(error.Kind, $"image is '{request.Template.Image}': {error.Message}", innerException: error);
        }
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = instance.Value;
        if (!LxdNames.CanBe(name))
        {
            return;
        }
        _ending.TryAdd(name, true);
        try
        {
            await TakeDownAsync(name, cancellationToken);
        }
        finally
        {
            _ending.TryRemove(name, out _);
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (wrong, create) = _templates.Read(template);
        var findings = wrong.ToBuilder();
        async Task LookAsync(string field, string value, string path, string what)
        {
            var isThere = await _api.ExistsAsync(path, cancellationToken);
            findings.Add(new TemplateFinding(
                field, isThere, isThere ? $"{what} '{value}' is there" : $"{field} is '{value}': there is no such {what} in project '{_options.Project}'"));
        }

        if (create?.Source.Server is { } server)
        {
            findings.Add(new TemplateFinding("image", IsGood: true, $"image '{create.Source.Alias}' will be asked for at {server}"));
        }
        else if (!wrong.Any(finding => finding.Field == "image"))
        {
            await LookAsync("image", template.Image, ImagePath(template.Image, create), "image");
        }
        foreach (var network in template.Networks)
        {
            await LookAsync("network", network, $"networks/{Uri.EscapeDataString(network)}", "network");
        }
        foreach (var profile in TemplateReader.Profiles(template) ?? [])
        {
            await LookAsync("options.profiles", profile, $"profiles/{Uri.EscapeDataString(profile)}", "profile");
        }
        if (template.Options.TryGetValue("pool", out var pool))
        {
            await LookAsync("options.pool", pool, $"storage-pools/{Uri.EscapeDataString(pool)}", "storage pool");
        }
        return new TemplateCheck(findings.ToImmutable());
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in _api.EventsAsync(cancellationToken))
        {
            // LXD does not say whose it is. What is gone before anybody saw it was nobody's loss.
            if (!_owners.TryGetValue(name, out var owner) && await _api.FindAsync(name, cancellationToken) is { } instance)
            {
                Seen(instance);
                owner = _owners.GetValueOrDefault(name);
            }
            if (owner.Installation == installation)
            {
                yield return new CloudChange(owner.Group, new InstanceId(name));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ImagePath(string image, LxdInstanceCreate? create) => create?.Source.Fingerprint is { } fingerprint
        ? $"images/{fingerprint}"
        : $"images/aliases/{Uri.EscapeDataString(image)}";

    /// <summary>Makes and starts it. Each step can be repeated, by many at once, and after a crash in between.</summary>
    private async Task<Instance> BringUpAsync(LxdInstanceCreate create, LaunchRequest request, CancellationToken cancellationToken)
    {
        var target = request.Template.Options.GetValueOrDefault("target");
        CloudException? last = null;
        for (var step = 0; step < StepsMax; step++)
        {
            var instance = await _api.FindAsync(create.Name, cancellationToken);
            if (instance is null)
            {
                // Whose making failed and is not there did not happen; tried anew only when somebody else may have been at it.
                if (last is not null && !IsBusy(last))
                {
                    throw last;
                }
                last = await TryAsync(() => _api.CreateAsync(create, target, cancellationToken));
                await AwaitOthersIfAsync(last, create.Name, step, cancellationToken);
                continue;
            }
            if (instance.Config?.GetValueOrDefault(LxdTags.Key(MusterTags.Launch)) != request.Launch.ToString())
            {
                throw new CloudException(CloudErrorKind.InvalidRequest, $"name is '{create.Name}': an instance that is not of this launch has it");
            }
            if (LxdStates.WasStarted(instance) || instance.Status is "Running")
            {
                return Seen(instance);
            }
            last = await TryAsync(() => _api.ChangeAsync(create.Name, new LxdStateChange("start", Timeout: 30, Force: false), cancellationToken));
            if (last is not null && !IsBusy(last))
            {
                // It can never run, or is what a crash left half made: it goes, so that "it did not happen" is true.
                await TakeDownAsync(create.Name, cancellationToken);
                throw last;
            }
            await AwaitOthersIfAsync(last, create.Name, step, cancellationToken);
        }
        throw new CloudException(CloudErrorKind.Ambiguous, $"'{create.Name}' did not come to rest: {last?.Message ?? "others keep changing it"}");
    }

    /// <summary>Stops and deletes it; gone is success.</summary>
    private async Task TakeDownAsync(string name, CancellationToken cancellationToken)
    {
        CloudException? last = null;
        var grace = (int)Math.Ceiling(_options.StopGrace.TotalSeconds);
        for (var step = 0; step < StepsMax; step++)
        {
            var instance = await _api.FindAsync(name, cancellationToken);
            if (instance is null)
            {
                return;
            }
            if (last is not null && !IsBusy(last) && step > 2)
            {
                throw last;
            }
            // What did not stop in its own way, or cannot since it is frozen, is stopped by force.
            var force = grace == 0 || last is not null || instance.Status is "Frozen";
            last = instance.Status is "Stopped" or "Error"
                ? await TryAsync(() => _api.DeleteAsync(name, cancellationToken))
                : await TryAsync(() => _api.ChangeAsync(name, new LxdStateChange("stop", force ? -1 : grace, force), cancellationToken));
            await AwaitOthersIfAsync(last, name, step, cancellationToken);
        }
        throw new CloudException(CloudErrorKind.Ambiguous, $"'{name}' did not come to rest: {last?.Message ?? "others keep changing it"}");
    }

    /// <returns>What went wrong, as far as the next look at the instance can tell what to make of it.</returns>
    private static async Task<CloudException?> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable or CloudErrorKind.InvalidRequest or CloudErrorKind.QuotaExceeded)
        {
            return error;
        }
    }

    private async Task AwaitOthersIfAsync(CloudException? failure, string name, int step, CancellationToken cancellationToken)
    {
        // After an instance has stopped by itself, LXD holds a lock on it for up to a second that is no operation and tells of
        // its end in no event: then there is nothing to wait on but time.
        if (failure is not null && !await _api.AwaitOthersAsync(name, cancellationToken))
        {
            await Task.Delay(LockWait * step, _time, cancellationToken);
        }
    }

    /// <summary>Whether it failed because somebody else is at work on the same instance.</summary>
    private static bool IsBusy(CloudException error) =>
        error.Message.Contains("already", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("busy", StringComparison.OrdinalIgnoreCase);

    private Instance Seen(LxdInstance instance)
    {
        var seen = LxdStates.Instance(instance, _time.GetUtcNow(), Traits.LaunchTimeout, _ending.ContainsKey(instance.Name));
        Remember(instance.Name, seen.Tags);
        return seen;
    }

    private void Remember(string name, ImmutableSortedDictionary<string, string> tags)
    {
        if (_owners.Count > OwnersMax)
        {
            _owners.Clear();
        }
        _owners[name] = (
            Guid.TryParse(tags.GetValueOrDefault(MusterTags.Installation), out var installation) ? new InstallationId(installation) : null,
            Guid.TryParse(tags.GetValueOrDefault(MusterTags.Group), out var group) ? new GroupId(group) : null);
    }
}
