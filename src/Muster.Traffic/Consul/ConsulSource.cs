using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Consul;

/// <summary>
/// Registers members as instances of a service, with marks by which they are found again. What Consul holds is the only memory, but for how
/// long a member is in maintenance: after a restart of the server that is waited for once more.
/// </summary>
/// <remarks>
/// <see href="https://developer.hashicorp.com/consul/api-docs/agent/service"/>, and <c>catalog</c> and <c>health</c> beside it.
/// </remarks>
/// <param name="http">Speaks to Consul.</param>
/// <param name="options">How members are registered.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ConsulSource(TrafficHttp http, ConsulOptions options, TimeProvider timeProvider) : ITrafficSource
{
    private const string GroupMark = "muster_group";
    private const string CloudMark = "muster_cloud";
    private const string InstanceMark = "muster_instance";
    private const string Reason = "muster drains it";

    // A token that may not read all gets what is left as if that were all.
    private const string Filtered = "X-Consul-Results-Filtered-By-ACLs";

    // When a member was put in maintenance, by its id: since then nobody new hears of it.
    private readonly ConcurrentDictionary<string, long> _drainedAt = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var byMark = new Dictionary<(string, string), TrafficMember>();
        foreach (var member in members)
        {
            byMark.TryAdd((member.Cloud, member.Instance.Id.Value), member);
        }

        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        foreach (var found in await ReadAsync(scope, cancellationToken))
        {
            byMark.Remove((found.Meta.GetValueOrDefault(CloudMark, ""), found.Meta.GetValueOrDefault(InstanceMark, "")), out var member);

            // One that has moved is registered again, in place of what it was.
            var state = found.IsInMaintenance ? TrafficState.Draining
                : member is null || IsAt(found, member.Address) ? TrafficState.Joined
                : TrafficState.Out;
            entries.Add(new(found.Id, member, state)
            {
                Verdict = found.IsInMaintenance ? Core.Health.Verdict.Unknown : found.Verdict, Detail = found.Detail,
            });
        }

        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var address = member.Address
            ?? throw new TrafficException(TrafficErrorKind.Refused, $"{member.Instance.Name} has no address to register");
        var id = IdOf(scope, member);
        _drainedAt.TryRemove(id, out _);
        var known = (await ReadAsync(scope, cancellationToken)).FirstOrDefault(found => found.Id == id);
        if (known is null || !IsAt(known, address))
        {
            await RegisterAsync(scope, member, id, address, cancellationToken);
        }

        if (known is { IsInMaintenance: true })
        {
            await MaintainAsync(scope, id, isOn: false, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var id = IdOf(scope, member);
        if ((await ReadAsync(scope, cancellationToken)).FirstOrDefault(found => found.Id == id) is not { } known)
        {
            return DrainProgress.Empty;
        }

        if (!known.IsInMaintenance)
        {
            _drainedAt.TryRemove(id, out _);
            await MaintainAsync(scope, id, isOn: true, cancellationToken);
        }

        var left = options.Settle - timeProvider.GetElapsedTime(_drainedAt.GetOrAdd(id, timeProvider.GetTimestamp()));
        return left <= TimeSpan.Zero ? DrainProgress.Empty : new(IsEmpty: false, left, "others may not have heard of it yet");
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(entry);
        _drainedAt.TryRemove(entry.Key, out _);
        using var answer = options.Node is { } node
            ? await SendAsync(
                "/v1/catalog/deregister",
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("Node", node);
                    json.WriteString("ServiceID", entry.Key);
                    json.WriteEndObject();
                },
                cancellationToken, mustBe: false)
            : await SendAsync(
                $"/v1/agent/service/deregister/{Uri.EscapeDataString(entry.Key)}", body: null, cancellationToken, mustBe: false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What a member is registered as: its group and instance are in it, in characters that a URL may hold.</summary>
    private static string IdOf(TrafficScope scope, TrafficMember member)
    {
        var group = scope.Group.Value.ToString("N");
        var mark = SHA256.HashData(Encoding.UTF8.GetBytes($"{member.Cloud}/{member.Instance.Id.Value}/{scope.Use.Service}"));
        return $"muster-{group[..8]}-{Convert.ToHexStringLower(mark)[..16]}";
    }

    private static bool IsAt(ConsulInstance found, IPEndPoint? address) =>
        address is not null && found.Address == address.Address.ToString() && found.Port == address.Port;

    /// <summary>Those of the service that are the group's.</summary>
    private async Task<ImmutableArray<ConsulInstance>> ReadAsync(TrafficScope scope, CancellationToken cancellationToken)
    {
        var service = scope.Use.Service
            ?? throw new TrafficException(TrafficErrorKind.Refused, $"group {scope.Name} names no service for {scope.Use.Source}");
        using var answer = await http.SendAsync(
            HttpMethod.Get, $"/v1/health/service/{Uri.EscapeDataString(service)}", body: null, cancellationToken, mustBe: true,
            headers => headers.TryGetValues(Filtered, out var said) && said.Contains("true")
                ? $"hides a part of service {service} from this token: it needs service:read, and node:read of the nodes"
                : null);
        var group = scope.Group.ToString();
        return
        [
            .. (answer?.RootElement).Objects()
                .Select(ConsulInstance.Read)
                .OfType<ConsulInstance>()
                .Where(found => found.Meta.GetValueOrDefault(GroupMark) == group),
        ];
    }

    private async Task RegisterAsync(
        TrafficScope scope, TrafficMember member, string id, IPEndPoint address, CancellationToken cancellationToken)
    {
        using var answer = options.Node is { } node
            ? await SendAsync(
                "/v1/catalog/register",
                json =>
                {
                    json.WriteStartObject();
                    WriteNode(json, node);
                    json.WritePropertyName("Service");
                    WriteService(json, scope, member, id, address, "Service");
                    if (options.HasChecks)
                    {
                        json.WriteStartArray("Checks");
                        json.WriteStartObject();
                        json.WriteString("Node", node);
                        json.WriteString("CheckID", $"service:{id}");
                        json.WriteString("Name", "muster");
                        json.WriteString("ServiceID", id);
                        // Until somebody who watches external services makes it.
                        json.WriteString("Status", "passing");
                        json.WriteStartObject("Definition");
                        WriteCheck(json, scope.Use, address, "IntervalDuration", "TimeoutDuration");
                        json.WriteEndObject();
                        json.WriteEndObject();
                        json.WriteEndArray();
                    }

                    json.WriteEndObject();
                },
                cancellationToken)
            : await SendAsync(
                "/v1/agent/service/register?replace-existing-checks=true",
                json => WriteService(json, scope, member, id, address, "Name", options.HasChecks),
                cancellationToken);
    }

    private async Task MaintainAsync(TrafficScope scope, string id, bool isOn, CancellationToken cancellationToken)
    {
        if (options.Node is not { } node)
        {
            using var answer = await SendAsync(
                $"/v1/agent/service/maintenance/{Uri.EscapeDataString(id)}?enable={(isOn ? "true" : "false")}"
                + (isOn ? $"&reason={Uri.EscapeDataString(Reason)}" : ""),
                body: null, cancellationToken);
            return;
        }

        using var done = await SendAsync(
            isOn ? "/v1/catalog/register" : "/v1/catalog/deregister",
            json =>
            {
                json.WriteStartObject();
                if (isOn)
                {
                    WriteNode(json, node);
                    json.WriteStartObject("Check");
                    json.WriteString("Node", node);
                    json.WriteString("CheckID", $"{ConsulInstance.Maintenance}{id}");
                    json.WriteString("Name", "Service Maintenance Mode");
                    json.WriteString("Notes", Reason);
                    json.WriteString("Status", "critical");
                    json.WriteString("ServiceID", id);
                    json.WriteString("ServiceName", scope.Use.Service);
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteString("Node", node);
                    json.WriteString("CheckID", $"{ConsulInstance.Maintenance}{id}");
                }

                json.WriteEndObject();
            },
            cancellationToken);
    }

    private static void WriteNode(Utf8JsonWriter json, string node)
    {
        json.WriteString("Node", node);
        // A node of the catalog must have one; each service has its own, which counts.
        json.WriteString("Address", "127.0.0.1");
        json.WriteStartObject("NodeMeta");
        json.WriteString("external-node", "true");
        json.WriteString("external-probe", "true");
        json.WriteEndObject();
    }

    private void WriteService(
        Utf8JsonWriter json, TrafficScope scope, TrafficMember member, string id, IPEndPoint address, string name,
        bool hasCheck = false)
    {
        json.WriteStartObject();
        json.WriteString("ID", id);
        json.WriteString(name, scope.Use.Service);
        json.WriteString("Address", address.Address.ToString());
        json.WriteNumber("Port", address.Port);
        json.WriteStartArray("Tags");
        foreach (var tag in options.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteStartObject("Meta");
        json.WriteString(GroupMark, scope.Group.ToString());
        json.WriteString(CloudMark, member.Cloud);
        json.WriteString(InstanceMark, member.Instance.Id.Value);
        json.WriteEndObject();
        if (hasCheck)
        {
            json.WriteStartObject("Check");
            json.WriteString("CheckID", $"service:{id}");
            WriteCheck(json, scope.Use, address, "Interval", "Timeout");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteCheck(Utf8JsonWriter json, TrafficUse use, IPEndPoint address, string interval, string timeout)
    {
        if (use.Path is { } path)
        {
            json.WriteString("HTTP", $"http://{address}{path}");
        }
        else
        {
            json.WriteString("TCP", address.ToString());
        }

        var seconds = string.Create(CultureInfo.InvariantCulture, $"{(int)options.Interval.TotalSeconds}s");
        json.WriteString(interval, seconds);
        json.WriteString(timeout, seconds);
    }

    private Task<JsonDocument?> SendAsync(
        string path, Action<Utf8JsonWriter>? body, CancellationToken cancellationToken, bool mustBe = true) =>
        http.SendAsync(HttpMethod.Put, path, body, cancellationToken, mustBe);
}
