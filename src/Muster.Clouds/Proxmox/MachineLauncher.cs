using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>
/// Makes machines, one a launch id: a number is given out once in a cluster, and a launch's numbers are made of its id. Clones, configures
/// and starts, and goes on where an earlier call of the same launch stopped.
/// </summary>
/// <remarks>See docs/decisions/0300-the-vmid-is-made-of-the-launch-id.md.</remarks>
internal sealed class MachineLauncher(ProxmoxApi api, ProxmoxOptions options, NodePicker nodes, TimeProvider timeProvider)
{
    /// <summary>How often a number may be taken between the look and the clone.</summary>
    private const int RoundsMax = 4;

    private static readonly Dictionary<string, string> NoParameters = [];

    private readonly KeyedGate _launches = new(slots: 1);
    private readonly KeyedGate _clones = new(options.ClonesMax);

    /// <summary>Makes one.</summary>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, ProxmoxTemplates.Read, cancellationToken, mayHaveZones: true);
        if (request.Zone is { } zone && spec.Node is { } node && node != zone)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"zone is '{zone}': the template's options.{ProxmoxDescription.Node.Name} is '{node}'; leave one of them out");
        }

        using var turn = await _launches.EnterAsync(request.Launch.ToString(), cancellationToken);
        var launch = new Launch(request, spec);
        if (await RoundAsync(launch, cancellationToken) is { } made)
        {
            return made;
        }

        // Its number was taken between the look and the clone, perhaps by this very launch: from here on nothing says that it was not made.
        return await CallDoubt.AfterLaunchAsync(async () =>
        {
            for (var round = 1; round < RoundsMax; round++)
            {
                if (await RoundAsync(launch, cancellationToken) is { } other)
                {
                    return other;
                }
            }

            throw new CloudException(CloudErrorKind.Ambiguous, $"launch {request.Name}: its numbers are taken faster than it can take one");
        });
    }

    /// <summary>Looks, and makes one or goes on with it; null where its number was taken meanwhile.</summary>
    private async Task<Instance?> RoundAsync(Launch launch, CancellationToken cancellationToken)
    {
        var view = await api.LookAsync(cancellationToken);
        var lookedAt = timeProvider.GetTimestamp();
        var found = await FindAsync(launch, view, cancellationToken);
        if (found.Made is { } made)
        {
            return await CallDoubt.AfterLaunchAsync(() => GoOnAsync(launch, made, view, cancellationToken));
        }

        var (source, node) = nodes.Pick(launch.Spec, launch.Request.Zone, view);
        using var slot = await _clones.EnterAsync(
            launch.Spec.Storage ?? string.Create(CultureInfo.InvariantCulture, $"template {source.Vmid}"), cancellationToken);
        // By the cluster's clock: the starts of machines are told by it, too.
        var at = (view.Date ?? timeProvider.GetUtcNow()) + timeProvider.GetElapsedTime(lookedAt);
        var tags = launch.TagsOf(ProxmoxTags.Made(found.Free, at));
        if (!await CloneAsync(launch, source, node, found.Free, tags, cancellationToken))
        {
            return null;
        }

        slot.Dispose();
        var row = new GuestRow
        {
            Vmid = found.Free, Node = node, IsMachine = true, IsTemplate = false, Tags = tags, Pool = launch.Spec.Pool,
        };
        await ConfigureAsync(launch, row, digest: null, cancellationToken);
        return await StartAsync(launch, row, cancellationToken);
    }

    /// <summary>The launch's machine, or the number that it may take.</summary>
    private async Task<(GuestRow? Made, int Free)> FindAsync(Launch launch, ClusterView view, CancellationToken cancellationToken)
    {
        ImmutableArray<int> numbers = [.. options.Vmids.Of(launch.Request.Launch)];
        bool MayBeIt(OddElement odd) => PveJson.Number(odd.Element, "vmid") is not { } vmid || numbers.Contains((int)vmid);
        if (view.Odd.FirstOrDefault(MayBeIt) is { } unread)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"launch {launch.Name}: a machine of the cluster is not understood, and may be it: {unread.Why}");
        }

        bool IsIt(GuestRow guest) => guest.IsMachine && MachineReader.IsOurs(guest.Tags, guest.Vmid) && launch.IsMarked(guest.Tags);
        if (view.Guests.FirstOrDefault(IsIt) is { } tagged)
        {
            return (tagged, 0);
        }

        int? free = null;
        foreach (var number in numbers)
        {
            if (view.Find(number) is not { } there)
            {
                free ??= number;
            }
            else if (there is { IsMachine: true, IsTemplate: false } && there.Lock is not "destroyed"
                && !there.Tags.ContainsKey(MusterTags.Installation)
                && await MarksAsync(launch, there, view, cancellationToken) is { } marks && launch.IsMarked(marks))
            {
                return (there with { Tags = marks }, 0);
            }
        }

        return free is { } vmid
            ? (null, vmid)
            : throw new CloudException(
                CloudErrorKind.QuotaExceeded,
                $"launch {launch.Name}: the numbers {string.Join(", ", numbers)} are all taken: widen the cloud's option vmids, which is "
                + $"{options.Vmids}");
    }

    /// <summary>The marks of a machine without tags; null where it is a foreign one.</summary>
    private async Task<ImmutableSortedDictionary<string, string>?> MarksAsync(
        Launch launch, GuestRow there, ClusterView view, CancellationToken cancellationToken)
    {
        if (!view.IsOnline(there.Node))
        {
            throw new CloudException(
                CloudErrorKind.Ambiguous, $"launch {launch.Name}: machine {there.Vmid} on node {there.Node}, which is offline, may be it");
        }

        var config = await api.ConfigAsync(there.Node, there.Vmid, cancellationToken);
        var marks = ProxmoxTags.ReadNotes(config?.GetValueOrDefault("description"));
        // Until its first disk is there, a clone has neither name nor notes.
        return MachineReader.IsOurs(marks, there.Vmid) ? marks
            : config?.GetValueOrDefault("lock") is "clone" && !config.ContainsKey("name")
            ? throw new CloudException(
                CloudErrorKind.Ambiguous,
                $"launch {launch.Name}: machine {there.Vmid} on node {there.Node} is being cloned, and does not say yet for whom")
            : null;
    }

    /// <summary>Clones; false where the number is taken.</summary>
    private async Task<bool> CloneAsync(
        Launch launch, GuestRow source, string node, int vmid, ImmutableSortedDictionary<string, string> tags,
        CancellationToken cancellationToken)
    {
        // What cannot be written would be found only after the clone.
        ProxmoxTags.Write(tags);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["newid"] = vmid.ToString(CultureInfo.InvariantCulture),
            ["name"] = ProxmoxTemplates.Names.For(launch.Request.Name),
            ["description"] = ProxmoxTags.WriteNotes(tags),
            ["full"] = launch.Spec.IsFull ? "1" : "0",
        };
        if (launch.Spec.Storage is { } storage)
        {
            parameters["storage"] = storage;
        }

        if (launch.Spec.Pool is { } pool)
        {
            parameters["pool"] = pool;
        }

        if (node != source.Node)
        {
            parameters["target"] = node;
        }

        var answer = await api.SendAsync(
            HttpMethod.Post, $"{ProxmoxApi.MachinePath(source.Node, source.Vmid)}/clone", parameters, cancellationToken);
        if (!answer.IsGood)
        {
            return ProxmoxErrors.IsTaken(answer) ? false : throw launch.Refusal(api.Errors.Translate(answer));
        }

        var task = await CallDoubt.AfterLaunchAsync(() => api.EndOfAsync(answer, cancellationToken));
        if (task.IsGood)
        {
            return true;
        }

        // A clone that fails takes itself away. What is there all the same is somebody else's, or half of this one.
        if (await CallDoubt.AfterLaunchAsync(() => api.ConfigAsync(source.Node, vmid, cancellationToken)) is null)
        {
            throw launch.Refusal(api.Errors.Translate($"launch {launch.Name}: the clone of {source.Vmid}", task));
        }

        return task.Exit.Contains("already exists", StringComparison.Ordinal)
            ? false
            : throw new CloudException(
                CloudErrorKind.Ambiguous, api.Errors.Translate($"launch {launch.Name}: the clone of {source.Vmid}", task).Message);
    }

    private async Task ConfigureAsync(Launch launch, GuestRow row, string? digest, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(launch.Spec.Config, StringComparer.Ordinal)
        {
            ["tags"] = ProxmoxTags.Write(row.Tags),
        };
        if (digest is not null)
        {
            parameters["digest"] = digest;
        }

        var answer = await CallDoubt.AfterLaunchAsync(() => api.SendAsync(
            HttpMethod.Put, $"{ProxmoxApi.MachinePath(row.Node, row.Vmid)}/config", parameters, cancellationToken));
        if (!answer.IsGood)
        {
            throw await RefusedAsync(launch, row, api.Errors.Translate(answer), cancellationToken);
        }
    }

    private async Task<Instance> StartAsync(Launch launch, GuestRow row, CancellationToken cancellationToken)
    {
        var answer = await CallDoubt.AfterLaunchAsync(() => api.SendAsync(
            HttpMethod.Post, $"{ProxmoxApi.MachinePath(row.Node, row.Vmid)}/status/start", NoParameters, cancellationToken));
        if (!answer.IsGood)
        {
            throw await RefusedAsync(launch, row, api.Errors.Translate(answer), cancellationToken);
        }

        var task = await CallDoubt.AfterLaunchAsync(() => api.EndOfAsync(answer, cancellationToken));
        if (!task.IsGood
            && !await CallDoubt.AfterLaunchAsync(() => api.IsRunningAsync(row.Node, row.Vmid, cancellationToken)))
        {
            var failure = api.Errors.Translate($"launch {launch.Name}: the start of {row.Vmid} on {row.Node}", task);
            await RemoveAsync(launch, row, failure, cancellationToken);
            throw launch.Refusal(failure);
        }

        return MachineReader.Read(row, "running");
    }

    /// <summary>A refusal of what follows on the clone: the half is taken away again, unless that may change soon.</summary>
    private async Task<CloudException> RefusedAsync(
        Launch launch, GuestRow row, CloudException refusal, CancellationToken cancellationToken)
    {
        if (refusal.Kind is CloudErrorKind.Ambiguous or CloudErrorKind.Unavailable or CloudErrorKind.Throttled)
        {
            return new(CloudErrorKind.Ambiguous, refusal.Message, refusal.RetryAfter, refusal);
        }

        await RemoveAsync(launch, row, refusal, cancellationToken);
        return launch.Refusal(refusal);
    }

    /// <exception cref="CloudException"><see cref="CloudErrorKind.Ambiguous"/>: it is there still, or may be.</exception>
    private async Task RemoveAsync(Launch launch, GuestRow row, CloudException why, CancellationToken cancellationToken)
    {
        string left;
        try
        {
            var answer = await api.SendAsync(
                HttpMethod.Delete, $"{ProxmoxApi.MachinePath(row.Node, row.Vmid)}?purge=1", parameters: null, cancellationToken);
            if (ProxmoxErrors.IsElsewhere(answer))
            {
                return;
            }

            var failure = !answer.IsGood ? api.Errors.Translate(answer)
                : await api.EndOfAsync(answer, cancellationToken) is { IsGood: false } task ? api.Errors.Translate("its removal", task)
                : null;
            if (failure is null)
            {
                return;
            }

            left = failure.Message;
        }
        catch (CloudException error)
        {
            left = error.Message;
        }

        throw new CloudException(
            CloudErrorKind.Ambiguous,
            $"launch {launch.Name}: {why.Message}; machine {row.Vmid} on {row.Node} is half made and stays: {left}");
    }

    /// <summary>Goes on with a machine that an earlier call made, from wherever that stopped.</summary>
    private async Task<Instance> GoOnAsync(Launch launch, GuestRow row, ClusterView view, CancellationToken cancellationToken)
    {
        while (view.IsOnline(row.Node))
        {
            var config = await api.ConfigAsync(row.Node, row.Vmid, cancellationToken);
            if (config is null)
            {
                // Cloned for another node, it goes there last; or somebody took it away.
                view = await api.LookAsync(cancellationToken);
                row = row with
                {
                    Node = view.Find(row.Vmid)?.Node ?? throw new CloudException(
                        CloudErrorKind.Ambiguous, $"launch {launch.Name}: machine {row.Vmid} went away while it was looked at"),
                };
                await api.PauseAsync(cancellationToken);
                continue;
            }

            if (config.GetValueOrDefault("lock") is "clone")
            {
                if (!await api.IsCloningAsync(row.Node, cancellationToken)
                    && (await api.ConfigAsync(row.Node, row.Vmid, cancellationToken))?.GetValueOrDefault("lock") is "clone")
                {
                    return MachineReader.Read(row, row.Tags, InstanceState.Failed, "half a clone, and nobody works on it");
                }

                await api.PauseAsync(cancellationToken);
                continue;
            }

            var made = row.Tags[ProxmoxTags.MadeTag];
            if (!MachineReader.IsOurs(ProxmoxTags.Read(config.GetValueOrDefault("tags")), row.Vmid))
            {
                row = row with { Tags = launch.TagsOf(made) };
                await ConfigureAsync(launch, row, config.GetValueOrDefault("digest"), cancellationToken);
                return await StartAsync(launch, row, cancellationToken);
            }

            if (await api.IsRunningAsync(row.Node, row.Vmid, cancellationToken))
            {
                return MachineReader.Read(row, "running");
            }

            // One that ran and stopped is not brought back to life. One that was started just now runs at the second look.
            var started = await api.StartedAsync(row.Node, ProxmoxTags.MadeAt(row.Tags, row.Vmid)!.Value, cancellationToken);
            return !started.Contains(row.Vmid.ToString(CultureInfo.InvariantCulture))
                ? await StartAsync(launch, row, cancellationToken)
                : MachineReader.Read(row, await api.IsRunningAsync(row.Node, row.Vmid, cancellationToken) ? "running" : "stopped");
        }

        return MachineReader.Read(row, row.Tags, InstanceState.Unknown, $"node {row.Node} does not answer the others");
    }

    /// <summary>A launch, in this call.</summary>
    private sealed record Launch(LaunchRequest Request, MachineSpec Spec)
    {
        /// <summary>What messages call it.</summary>
        public string Name => Request.Name;

        /// <summary>Whether marks or tags are its.</summary>
        public bool IsMarked(ImmutableSortedDictionary<string, string> tags) =>
            new[] { MusterTags.Launch, MusterTags.Installation }
                .All(tag => tags.GetValueOrDefault(tag) == Request.Tags.GetValueOrDefault(tag));

        /// <summary>All tags of its machine.</summary>
        public ImmutableSortedDictionary<string, string> TagsOf(string made) =>
            Request.Tags.SetItem(ProxmoxTags.NameTag, Request.Name).SetItem(ProxmoxTags.MadeTag, made);

        /// <summary>A refusal in the words of its template.</summary>
        public CloudException Refusal(CloudException refusal)
        {
            var kind = refusal.Kind is CloudErrorKind.NotFound ? CloudErrorKind.InvalidRequest : refusal.Kind;
            if (kind is not CloudErrorKind.InvalidRequest)
            {
                return refusal;
            }

            bool Says(string word) => refusal.Message.Contains(word, StringComparison.OrdinalIgnoreCase);
            string?[] values =
            [
                Says("can't clone") || Says("clone feature") || Says("configuration file") ? $"image is '{Request.Template.Image}'" : null,
                Spec.Storage is { } storage && Says("storage") ? $"options.{ProxmoxDescription.Storage.Name} is '{storage}'" : null,
                Spec.Pool is { } pool && Says("pool") ? $"options.{ProxmoxDescription.Pool.Name} is '{pool}'" : null,
                !Spec.Bridges.IsEmpty && (Says("bridge") || Says("vnet")) ? $"network is '{string.Join(", ", Spec.Bridges)}'" : null,
                Says("vcpus") || Says("memory:") || Says("cores:") ? $"size is '{Request.Template.Size}'" : null,
            ];
            return new(kind, $"{string.Concat(values.Where(value => value is not null).Select(value => $"{value}: "))}{refusal.Message}",
                refusal.RetryAfter, refusal);
        }
    }
}
