using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Instances;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Nomad;

/// <summary>
/// Drains the nodes of members, and makes them eligible again. A mark in the drain's own metadata says that it was Muster's: what a person
/// has taken out, it does not put back.
/// </summary>
/// <remarks><see href="https://developer.hashicorp.com/nomad/api-docs/nodes"/>.</remarks>
/// <param name="http">Speaks to Nomad.</param>
/// <param name="meta">The metadatum by which a node is found; null where its address is it.</param>
/// <param name="ignoresSystem">Whether allocations of system jobs stay.</param>
internal sealed class NomadSource(TrafficHttp http, string? meta, bool ignoresSystem) : ITrafficSource
{
    private const string Mark = "muster_group";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // What a node's metadatum says, by its id, as of when the node last changed: a list does not tell it.
    private readonly ConcurrentDictionary<string, (long Index, string Value)> _metaOf = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        var nodes = await ReadAsync(cancellationToken);
        foreach (var member in members)
        {
            if (await FindAsync(nodes, scope, member, cancellationToken) is { } node)
            {
                // One that somebody else made ineligible is left as it is: it is not ours to be joined again.
                var isOurs = node.State is TrafficState.Joined || await IsMarkedAsync(node, cancellationToken);
                entries.Add(new(node.Id, member, isOurs ? node.State : TrafficState.Joined)
                {
                    Verdict = node.Verdict, Detail = node.Detail,
                });
            }
        }

        // Nodes that are gone are Nomad's to forget.
        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var node = await FindAsync(await ReadAsync(cancellationToken), scope, member, cancellationToken)
            ?? throw new TrafficException(
                TrafficErrorKind.Refused,
                $"Nomad at {http.Server} has no node of {member.Instance.Name}{(meta is null ? "" : $" by its {meta}")}");
        if (node.State is not TrafficState.Joined && await IsMarkedAsync(node, cancellationToken))
        {
            // No drain, and eligible: of one that drains and of one that has done so.
            using var drain = await http.SendAsync(
                HttpMethod.Post, $"/v1/node/{Uri.EscapeDataString(node.Id)}/drain",
                json =>
                {
                    json.WriteStartObject();
                    json.WriteNull("DrainSpec");
                    json.WriteBoolean("MarkEligible", true);
                    json.WriteEndObject();
                },
                cancellationToken);
            using var eligible = await http.SendAsync(
                HttpMethod.Post, $"/v1/node/{Uri.EscapeDataString(node.Id)}/eligibility",
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("Eligibility", "eligible");
                    json.WriteEndObject();
                },
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        if (await FindAsync(await ReadAsync(cancellationToken), scope, member, cancellationToken) is not { } node)
        {
            return DrainProgress.Empty;
        }

        if (node.Status == "down")
        {
            // Nothing runs there any more, and nobody could be told to leave.
            return DrainProgress.Empty;
        }

        if (node.IsDraining)
        {
            return new(IsEmpty: false, LookAgain, "the node drains");
        }

        var running = await RunningAsync(node, cancellationToken);
        if (!node.IsEligible && running == 0)
        {
            return DrainProgress.Empty;
        }

        using var answer = await http.SendAsync(
            HttpMethod.Post, $"/v1/node/{Uri.EscapeDataString(node.Id)}/drain",
            json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("DrainSpec");
                // Nanoseconds; a deadline of 0 would be none at all.
                var deadline = member.Deadline is { } left && left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
                json.WriteNumber("Deadline", (long)deadline.TotalMilliseconds * 1_000_000);
                json.WriteBoolean("IgnoreSystemJobs", ignoresSystem);
                json.WriteEndObject();
                json.WriteBoolean("MarkEligible", false);
                json.WriteStartObject("Meta");
                json.WriteString(Mark, scope.Group.ToString());
                json.WriteString("message", "muster drains it");
                json.WriteEndObject();
                json.WriteEndObject();
            },
            cancellationToken);
        return new(
            IsEmpty: false, running == 0 ? TimeSpan.FromMilliseconds(50) : LookAgain,
            string.Create(CultureInfo.InvariantCulture, $"{running} allocations"));
    }

    /// <inheritdoc/>
    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ImmutableArray<NomadNode>> ReadAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.SendAsync(HttpMethod.Get, "/v1/nodes", body: null, cancellationToken);
        return [.. (answer?.RootElement).Objects().Select(NomadNode.Read).OfType<NomadNode>()];
    }

    private async Task<NomadNode?> FindAsync(
        ImmutableArray<NomadNode> nodes, TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (instance, found) = (member.Instance, (NomadNode?)null);
        foreach (var node in nodes)
        {
            if (meta is null
                ? IsAt(scope, member, node.Address)
                : await MetaOfAsync(node, cancellationToken) is { } value && (value == instance.Id.Value || value == instance.Name))
            {
                // A node that was replaced by another of the same machine is listed for a while.
                found = found is null || found.Status == "down" ? node : found;
            }
        }

        return found;
    }

    /// <summary>Within the group's network where it names one: elsewhere another machine may have the same address.</summary>
    private static bool IsAt(TrafficScope scope, TrafficMember member, string? address) => scope.Use.Network is null
        ? member.Instance.Addresses.Any(listed => InstanceAddress.HostOf(listed) == address)
        : member.Address is { } own && own.Address.ToString() == address;

    private async Task<string> MetaOfAsync(NomadNode node, CancellationToken cancellationToken)
    {
        if (!_metaOf.TryGetValue(node.Id, out var known) || known.Index != node.Index)
        {
            using var answer = await NodeAsync(node, cancellationToken);
            known = (node.Index, answer?.RootElement.Member("Meta")?.Text(meta!) ?? "");
            _metaOf[node.Id] = known;
        }

        return known.Value;
    }

    /// <summary>
    /// Whether it is out since a drain of Muster's. The mark stays on a node's last drain for ever: once that was cancelled, or the node
    /// was made eligible after it, whoever has taken it out since is somebody else.
    /// </summary>
    private async Task<bool> IsMarkedAsync(NomadNode node, CancellationToken cancellationToken)
    {
        using var answer = await NodeAsync(node, cancellationToken);
        return answer?.RootElement is { } root && root.Member("LastDrain") is { } last
            && last.Member("Meta")?.Text(Mark) is not null && last.Text("Status") is not "canceled"
            && (MomentOf(last, "UpdatedAt") is not { } drainedAt || !root.Member("Events").Objects().Any(told =>
                told.Text("Message")?.Contains("eligible for scheduling", StringComparison.Ordinal) is true
                && MomentOf(told, "Timestamp") > drainedAt));
    }

    private static DateTimeOffset? MomentOf(JsonElement table, string field) => DateTimeOffset.TryParse(
        table.Text(field), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private Task<JsonDocument?> NodeAsync(NomadNode node, CancellationToken cancellationToken) =>
        http.SendAsync(HttpMethod.Get, $"/v1/node/{Uri.EscapeDataString(node.Id)}", body: null, cancellationToken);

    /// <summary>How many allocations are there to leave.</summary>
    private async Task<int> RunningAsync(NomadNode node, CancellationToken cancellationToken)
    {
        using var answer = await http.SendAsync(
            HttpMethod.Get, $"/v1/node/{Uri.EscapeDataString(node.Id)}/allocations", body: null, cancellationToken);
        return (answer?.RootElement).Objects().Count(allocation =>
            allocation.Text("ClientStatus") is "running" or "pending"
            && !(ignoresSystem && (allocation.Member("Job")?.Text("Type") ?? allocation.Text("JobType")) == "system"));
    }
}
