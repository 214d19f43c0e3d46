using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Listings;
using Muster.Clouds.Proxmox.Marks;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox;

/// <summary>
/// Lists machines: one call tells where each is and what tags it has, and whether it runs as of some seconds ago. Nodes are asked about
/// machines of which that is not enough.
/// </summary>
/// <remarks>See docs/decisions/0301-what-a-listing-of-proxmox-believes.md.</remarks>
internal sealed class MachineListing(
    ProxmoxApi api, ProxmoxOptions options, EndingInstances ending, TimeProvider timeProvider, BoundedWarnings warnings)
{
    /// <summary>Rows of one page.</summary>
    public const int PageSize = 1_000;

    private const string Call = "proxmox: list machines";
    private const int ForeignMax = 10_000;

    private static readonly OddFields Fields = new(Id: "vmid", Name: "name", Tags: "tags", ReadTags: tags => tags) { HasNumberIds = true };

    // How long a machine without marks among our numbers is not asked about again.
    private static readonly TimeSpan ForeignKept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, long> _foreign = new();

    /// <summary>The machines of a filter.</summary>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var view = await api.LookAsync(cancellationToken);
        var shown = view.Odd.Select(odd => Take(odd, filter)).OfType<Instance>().ToList();
        var unsure = new List<GuestRow>();
        var unmarked = new List<GuestRow>();
        foreach (var row in view.Guests.Where(guest => guest is { IsMachine: true, IsTemplate: false }))
        {
            if (MachineReader.IsOurs(row.Tags, row.Vmid))
            {
                if (!MachineReader.Carries(row.Tags, filter))
                {
                    continue;
                }

                if (Clear(row, view) is { } clear)
                {
                    shown.Add(clear);
                }
                else
                {
                    unsure.Add(row);
                }
            }
            else if (MayBeHalfMade(row, view))
            {
                unmarked.Add(row);
            }
        }

        // By the cluster's clock, as their marks are.
        var looks = LooksAsync(unsure, unmarked, filter, view.Date ?? timeProvider.GetUtcNow(), cancellationToken);
        var isWhole = unsure.Count == 0 && unmarked.Count == 0;
        foreach (var page in InstancePage.Split([.. shown], PageSize))
        {
            yield return page with { IsLast = page.IsLast && isWhole };
        }

        if (isWhole)
        {
            yield break;
        }

        await foreach (var more in looks)
        {
            foreach (var page in InstancePage.Split([.. more], PageSize))
            {
                yield return page with { IsLast = false };
            }
        }

        yield return new([], IsLast: true);
    }

    /// <summary>What a machine is of which the one call tells enough; null of all others.</summary>
    private Instance? Clear(GuestRow row, ClusterView view) =>
        // A node that is gone says nothing of its machines: they may run all the same, or be started elsewhere by the high availability.
        !view.IsOnline(row.Node) ? MachineReader.Read(row, row.Tags, InstanceState.Unknown, $"node {row.Node} does not answer the others")
        : ending.Contains(MachineReader.IdOf(row.Tags, row.Vmid).ToString())
            ? MachineReader.Read(row, row.Tags, InstanceState.Terminating, "being removed")
        : row.Status is "running" ? MachineReader.Read(row, row.Status)
        : null;

    /// <summary>Looks, a call for each move.</summary>
    private async IAsyncEnumerable<IEnumerable<Instance>> LooksAsync(
        List<GuestRow> unsure, List<GuestRow> unmarked, InstanceFilter filter, DateTimeOffset now,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var rows in unsure.GroupBy(row => row.Node, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var words = await StatusesAsync(rows.Key, cancellationToken);
            var young = rows.Where(row => words?.GetValueOrDefault(row.Vmid) is "stopped" && IsYoung(row.Tags, row.Vmid, now)).ToList();
            yield return rows.Except(young).Select(row => words is null
                ? MachineReader.Read(row, row.Tags, InstanceState.Unknown, $"node {row.Node} does not answer")
                : words.TryGetValue(row.Vmid, out var word)
                ? MachineReader.Read(row, word)
                : MachineReader.Read(row, row.Tags, InstanceState.Unknown, $"not on node {row.Node} any more"));
            if (young.Count > 0)
            {
                // One that was never started is a launch under way, or one that is to be asked for again: it has no answer yet. Its status
                // is looked at again afterwards: one that was started between the first two looks runs at the third.
                var since = young.Min(row => ProxmoxTags.MadeAt(row.Tags, row.Vmid)!.Value);
                var started = await api.StartedAsync(rows.Key, since, cancellationToken);
                young.RemoveAll(row => !started.Contains(Text(row.Vmid)));
                yield return [];
            }

            if (young.Count > 0)
            {
                var again = await StatusesAsync(rows.Key, cancellationToken);
                yield return young.Select(row => again?.GetValueOrDefault(row.Vmid) is { } word
                    ? MachineReader.Read(row, word)
                    : MachineReader.Read(row, row.Tags, InstanceState.Unknown, $"node {row.Node} does not answer"));
            }
        }

        foreach (var row in unmarked)
        {
            var config = await api.ConfigAsync(row.Node, row.Vmid, cancellationToken);
            var marks = ProxmoxTags.ReadNotes(config?.GetValueOrDefault("description"));
            if (config is null || MachineReader.IsOurs(ProxmoxTags.Read(config.GetValueOrDefault("tags")), row.Vmid)
                || !MachineReader.IsOurs(marks, row.Vmid))
            {
                Remember(row.Vmid, config);
                yield return [];
            }
            else if (!MachineReader.Carries(marks, filter) || IsYoung(marks, row.Vmid, now))
            {
                yield return [];
            }
            else if (config.GetValueOrDefault("lock") is not "clone")
            {
                yield return [MachineReader.Read(row, marks, InstanceState.Failed, "half made: cloned and never started")];
            }
            else
            {
                // In this order: a clone that ended between the two looks has no lock any more.
                yield return [];
                var isCloning = await api.IsCloningAsync(row.Node, cancellationToken);
                yield return [];
                var again = await api.ConfigAsync(row.Node, row.Vmid, cancellationToken);
                yield return again is null ? []
                    : !isCloning && again.GetValueOrDefault("lock") is "clone"
                    ? [MachineReader.Read(row, marks, InstanceState.Failed, "half a clone, and nobody works on it")]
                    : [MachineReader.Read(row, marks, InstanceState.Provisioning, "clone")];
            }
        }
    }

    private async Task<Dictionary<int, string?>?> StatusesAsync(string node, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(HttpMethod.Get, $"nodes/{ProxmoxApi.Escape(node)}/qemu", parameters: null, cancellationToken);
        if (ProxmoxErrors.IsOutOfReach(answer))
        {
            return null;
        }

        return !answer.IsGood ? throw api.Errors.Translate(answer) : PveJson.Read(answer, list =>
        {
            var words = new Dictionary<int, string?>();
            foreach (var row in PveJson.Rows(list))
            {
                if (PveJson.Number(row, "vmid") is >= VmidRange.Min and <= VmidRange.Max and var vmid)
                {
                    words[(int)vmid] = PveJson.Text(row, "status");
                }
            }

            return words;
        });
    }

    private bool MayBeHalfMade(GuestRow row, ClusterView view) =>
        options.Vmids.Contains(row.Vmid) && !row.Tags.ContainsKey(MusterTags.Installation) && row.Lock is not "destroyed"
        && view.IsOnline(row.Node)
        && !(_foreign.TryGetValue(row.Vmid, out var at) && timeProvider.GetElapsedTime(at) < ForeignKept);

    private void Remember(int vmid, ImmutableDictionary<string, string>? config)
    {
        if (config?.ContainsKey("lock") is false)
        {
            if (_foreign.Count >= ForeignMax)
            {
                _foreign.Clear();
            }

            _foreign[vmid] = timeProvider.GetTimestamp();
        }
    }

    private bool IsYoung(ImmutableSortedDictionary<string, string> tags, int vmid, DateTimeOffset now) =>
        ProxmoxTags.MadeAt(tags, vmid) is { } made && now - made <= options.LaunchTimeout;

    private Instance? Take(OddElement odd, InstanceFilter filter)
    {
        var tags = ProxmoxTags.Read(JsonTexts.Text(odd.Element, "tags"));
        Instance? instance = null;
        if (tags.GetValueOrDefault(MusterTags.Installation) == filter.Installation.ToString()
            && filter.Tags.All(wanted => tags.GetValueOrDefault(wanted.Key, wanted.Value) == wanted.Value))
        {
            var vmid = PveJson.Number(odd.Element, "vmid") is >= VmidRange.Min and <= VmidRange.Max and var number ? (int?)number : null;
            instance = new()
            {
                Id = vmid is { } known
                    ? MachineReader.IdOf(tags, known).ToInstanceId()
                    : new($"unreadable-{tags.GetValueOrDefault(MusterTags.Launch) ?? "machine"}"),
                Name = tags.GetValueOrDefault(ProxmoxTags.NameTag) ?? "",
                State = InstanceState.Unknown,
                StateDetail = $"not understood: {odd.Why}",
                IsProtected = vmid is null,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Tags = ProxmoxTags.Shown(tags),
            };
        }

        warnings.Tell(odd.Told(Call, Fields, instance, mask: null));
        return instance;
    }

    private static string Text(int vmid) => vmid.ToString(CultureInfo.InvariantCulture);
}
