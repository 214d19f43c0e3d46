using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Haproxy;

/// <summary>
/// Takes members into server slots of a backend and out of them. What HAProxy holds is the only memory: after its restart a member is
/// found without a slot, and takes one again.
/// </summary>
/// <param name="runtime">Speaks to it.</param>
/// <param name="names">Which servers are Muster's.</param>
/// <param name="added">Keywords of a server that is added where no slot is free; null where none is added.</param>
internal sealed class HaproxySource(HaproxyRuntime runtime, ServerNames names, string? added) : ITrafficSource
{
    /// <summary>
    /// What was given to a server in the instant of its drain shows as a session a moment later: not before that is it empty.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    // What `show stat` tells, as bits: 1 are frontends, 8 listeners.
    private const int Backends = 2;
    private const int BackendsAndServers = 6;

    // The numbers of backends.
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);

    // Two members must not take the same free slot.
    private readonly SemaphoreSlim _taking = new(1);

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var byAddress = new Dictionary<IPEndPoint, TrafficMember>();
        foreach (var member in members)
        {
            if (member.Address is { } address)
            {
                byAddress.TryAdd(address, member);
            }
        }

        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        foreach (var server in await ListAsync(scope, cancellationToken))
        {
            // A slot that is out is nobody's.
            if (names.IsAdded(server.Name, scope.Group) || (names.IsSlot(server.Name) && !server.IsOut))
            {
                // Of two with one address the second is one too many.
                TrafficMember? member = null;
                if (server.Address is { } address)
                {
                    byAddress.Remove(address, out member);
                }

                var (verdict, detail) = HaproxyChecks.Read(server);
                entries.Add(new(KeyOf(server), member, server.State) { Verdict = verdict, Detail = detail });
            }
        }

        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var address = AddressOf(member);
        await _taking.WaitAsync(cancellationToken);
        try
        {
            var servers = await ListAsync(scope, cancellationToken);
            var own = names.Of(scope.Group, member.Cloud, member.Instance.Id);
            if (Ours(servers, scope, address).FirstOrDefault(server => !server.IsOut) is { } known)
            {
                if (known.State is not TrafficState.Joined)
                {
                    await ChangeAsync(known, address, scope, [$"set server {known.Path} state ready"], cancellationToken);
                }
            }
            else if (servers.FirstOrDefault(server => server.Name == own) is { } before)
            {
                await ChangeAsync(before, address, scope, Takes(before, address, member), cancellationToken);
            }
            else if (servers.Where(server => names.IsSlot(server.Name) && server.IsOut).MinBy(server => server.Sessions) is { } slot)
            {
                await ChangeAsync(slot, address, scope, Takes(slot, address, member), cancellationToken);
            }
            else
            {
                await AddAsync(scope, own, address, member, cancellationToken);
            }
        }
        finally
        {
            _taking.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var address = AddressOf(member);
        var servers = Ours(await ListAsync(scope, cancellationToken), scope, address).ToList();
        var taken = servers.Where(server => !server.IsOut).ToList();
        var serving = taken.Where(server => server.State is TrafficState.Joined && !HaproxyChecks.IsDown(server)).ToList();
        if (serving.Count > 0)
        {
            await runtime.SendAsync([.. serving.Select(server => $"set server {server.Path} state drain")], cancellationToken);
            return new(IsEmpty: false, Settling, SessionsOf(servers));
        }

        if (servers.Sum(server => server.Sessions) > 0)
        {
            return new(IsEmpty: false, LookAgain, SessionsOf(servers));
        }

        if (taken.Count > 0)
        {
            // Not a client that comes back by its cookie gets in from here on; one that was quicker is waited for.
            await runtime.SendAsync([.. taken.Select(server => $"set server {server.Path} state maint")], cancellationToken);
            servers = [.. Ours(await ListAsync(scope, cancellationToken), scope, address)];
            if (servers.Any(server => !server.IsOut) || servers.Sum(server => server.Sessions) > 0)
            {
                return new(IsEmpty: false, LookAgain, SessionsOf(servers));
            }
        }

        return DrainProgress.Empty;
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(entry);
        if ((await ListAsync(scope, cancellationToken)).FirstOrDefault(server => KeyOf(server) == entry.Key) is { } server)
        {
            // One that was added goes whole. While it has connections it cannot: it is listed again, and tried again.
            await runtime.SendAsync(
                names.IsSlot(server.Name)
                    ? [$"set server {server.Path} state maint"]
                    : [$"set server {server.Path} state maint", $"del server {server.Path}"],
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _taking.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IPEndPoint AddressOf(TrafficMember member) => member.Address
        ?? throw new TrafficException(TrafficErrorKind.Refused, $"{member.Instance.Name} has no address to send traffic to");

    private static string SessionsOf(IEnumerable<HaproxyServer> servers) =>
        servers.Sum(server => server.Sessions) is var sessions and not 1
            ? string.Create(CultureInfo.InvariantCulture, $"{sessions} sessions")
            : "1 session";

    // With the address: the same slot may be another's by the time it is to be left.
    private static string KeyOf(HaproxyServer server) => server.Address is { } address ? $"{server.Path} ({address})" : server.Path;

    private static string[] Takes(HaproxyServer server, IPEndPoint address, TrafficMember member)
    {
        string[] commands =
        [
            string.Create(CultureInfo.InvariantCulture, $"set server {server.Path} addr {address.Address} port {address.Port}"),
            $"enable health {server.Path}",
            $"set server {server.Path} state ready",
        ];

        // HAProxy begins with believing a server: of one that is not proven its checks are to be awaited first.
        return member.IsUnproven ? [.. commands, $"set server {server.Path} health down"] : commands;
    }

    /// <summary>Those of the group that send traffic to an address, or did.</summary>
    private IEnumerable<HaproxyServer> Ours(IEnumerable<HaproxyServer> servers, TrafficScope scope, IPEndPoint address) =>
        servers.Where(server => address.Equals(server.Address)
            && (names.IsSlot(server.Name) || names.IsAdded(server.Name, scope.Group)));

    private async Task AddAsync(
        TrafficScope scope, string name, IPEndPoint address, TrafficMember member, CancellationToken cancellationToken)
    {
        var backend = scope.Use.Backend!;
        if (added is null)
        {
            throw new TrafficException(
                TrafficErrorKind.Full, $"all slots of backend {backend} of HAProxy at {runtime.Name} are taken: raise its server-template");
        }

        var path = $"{backend}/{name}";
        string[] commands =
        [
            $"add server {path} {address} {added}", $"enable health {path}", $"set server {path} state ready",
            .. member.IsUnproven ? [$"set server {path} health down"] : Array.Empty<string>(),
        ];
        var said = await runtime.SendAsync(commands, cancellationToken);
        if (!await IsJoinedAsync(scope, name, address, cancellationToken))
        {
            throw new TrafficException(
                TrafficErrorKind.Full,
                $"backend {backend} of HAProxy at {runtime.Name} has no free slot {names.Prefix}N, and none could be added: "
                + Foreign.Words(said));
        }
    }

    /// <summary>Has a server take an address, and makes sure that it does: HAProxy tells refusals as it tells successes.</summary>
    private async Task ChangeAsync(
        HaproxyServer server, IPEndPoint address, TrafficScope scope, string[] commands, CancellationToken cancellationToken)
    {
        var said = await runtime.SendAsync(commands, cancellationToken);
        if (!await IsJoinedAsync(scope, server.Name, address, cancellationToken))
        {
            throw new TrafficException(
                TrafficErrorKind.Refused, $"HAProxy at {runtime.Name} does not take {address} into {server.Path}: {Foreign.Words(said)}");
        }
    }

    private async Task<bool> IsJoinedAsync(TrafficScope scope, string name, IPEndPoint address, CancellationToken cancellationToken) =>
        (await ListAsync(scope, cancellationToken)).Any(server =>
            server.Name == name && address.Equals(server.Address) && server.State is TrafficState.Joined);

    private async Task<ImmutableArray<HaproxyServer>> ListAsync(TrafficScope scope, CancellationToken cancellationToken)
    {
        var backend = scope.Use.Backend
            ?? throw new TrafficException(TrafficErrorKind.Refused, $"group {scope.Name} names no backend for {scope.Use.Source}");
        var servers = _ids.TryGetValue(backend, out var id) ? await ReadAsync(id, BackendsAndServers, cancellationToken) : [];
        if (!servers.Any(server => server.IsBackend && server.Backend == backend))
        {
            // Not by its name: a frontend may have the same. The number is another one after a restart.
            var backends = await ReadAsync(-1, Backends, cancellationToken);
            id = backends.FirstOrDefault(server => server.IsBackend && server.Backend == backend)?.BackendId
                ?? throw new TrafficException(
                    TrafficErrorKind.Absent, $"HAProxy at {runtime.Name} has no backend {backend}");
            _ids[backend] = id;
            servers = await ReadAsync(id, BackendsAndServers, cancellationToken);
        }

        servers = servers.RemoveAll(server => server.IsBackend);

        return servers.Any(server => !server.TellsAddress)
            ? throw new TrafficException(
                TrafficErrorKind.Refused,
                $"HAProxy at {runtime.Name} tells no addresses of backend {backend}: its stats socket must be of level admin")
            : servers;
    }

    private async Task<ImmutableArray<HaproxyServer>> ReadAsync(
        long id, int types, CancellationToken cancellationToken)
    {
        var said = await runtime.SendAsync(
            [string.Create(CultureInfo.InvariantCulture, $"show stat {id} {types} -1")], cancellationToken);
        return HaproxyTable.Read(said)
            ?? throw new TrafficException(TrafficErrorKind.Refused, $"HAProxy at {runtime.Name} tells no servers: {Foreign.Words(said)}");
    }
}
