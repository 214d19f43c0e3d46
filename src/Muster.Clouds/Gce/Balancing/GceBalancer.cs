using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Clouds.Gce.Api;
using Muster.Clouds.Gce.Naming;
using Muster.Clouds.Gce.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Traffic;

namespace Muster.Clouds.Gce.Balancing;

/// <summary>
/// Zonal network endpoint groups as a source of traffic: a backend is the group of that name in each member's own zone. What Google holds
/// is the only memory, but for how long an endpoint is detached (<see cref="BackendWatch"/>).
/// </summary>
/// <remarks>
/// Each endpoint that is attached here carries the group's id as an annotation. Endpoints without it belong to others, also those of
/// members at other ports. There is one exception: an endpoint at a member's own address and port is that member's, even if somebody else
/// attached it.
/// </remarks>
/// <param name="groups">Speaks to Google.</param>
/// <param name="zones">The region's zones.</param>
/// <param name="settle">How long the connections of a detached endpoint may go on: no network endpoint group tells it.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class GceBalancer(EndpointGroups groups, GceZones zones, TimeSpan settle, TimeProvider timeProvider) : ITrafficSource
{
    /// <summary>The annotation that says whose an endpoint is.</summary>
    public const string Mark = "muster-group";

    /// <summary>
    /// A group that nobody asked about for longer may have been another server's meanwhile. It is asked about every ten seconds, and at
    /// the latest half a minute and a call after a failure.
    /// </summary>
    private static readonly TimeSpan BreakMin = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan WhileDraining = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(GroupId Group, string Backend), BackendWatch> _watches = new();

    /// <inheritdoc/>
    public async Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var backend = BackendOf(scope);
        var watch = WatchOf(scope, backend);
        var byKey = new Dictionary<string, TrafficMember>(StringComparer.Ordinal);
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            var (zone, name) = PlaceOf(member);
            asked.Add(zone);
            byKey.TryAdd(KeyOf(backend, zone, name, member.Address), member);
        }

        // What was attached before this process began may be in zones where no member is any more.
        asked.UnionWith(watch.IsWhole ? watch.Zones : await zones.RecentAsync(cancellationToken));
        var entries = ImmutableArray.CreateBuilder<TrafficEntry>();
        foreach (var zone in asked)
        {
            foreach (var listed in await groups.ListAsync(zone, backend, cancellationToken) ?? [])
            {
                if (KeyOf(backend, zone, listed) is { } key
                    && (byKey.Remove(key, out var member) || IsMarked(listed, scope)))
                {
                    watch.Add(zone);
                    entries.Add(EntryOf(key, member, listed, watch[key]));
                    if (!EndpointHealths.IsDraining(listed))
                    {
                        watch.FoundServing(key);
                    }
                }
            }
        }

        watch.IsWhole = true;
        watch.Keep(byKey.Keys.Concat(entries.Select(entry => entry.Key)).ToHashSet(StringComparer.Ordinal));
        watch.LookedAt = timeProvider.GetTimestamp();
        return entries.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (backend, zone, name, key) = Read(scope, member);
        var endpoint = new NetworkEndpoint
        {
            Instance = name,
            IpAddress = member.Address!.Address.ToString(),
            Port = member.Address.Port,
            Annotations = new(StringComparer.Ordinal) { [Mark] = scope.Group.ToString() },
        };
        await groups.RequireAsync(zone, backend, member.Instance.Name, cancellationToken);
        var watch = WatchOf(scope, backend);
        watch.Add(zone);
        watch[key] = new(WasThere: true);
        if (await groups.AttachAsync(zone, backend, endpoint, cancellationToken) is { } refusal)
        {
            watch[key] = default;
            await ThrowUnlessAttachedAsync(refusal, backend, zone, key, member, cancellationToken);
        }

        watch[key] = new(IsAttached: true);
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (backend, zone, name, key) = Read(scope, member);
        var watch = WatchOf(scope, backend);
        if (watch[key].Detaching is { } operation)
        {
            // Forgotten first: where waiting for it fails, the next call looks at what came of it.
            watch[key] = new(WasThere: true);
            return await ConcludeAsync(
                watch, backend, zone, key, [key], await groups.EndAsync(zone, backend, name, operation, cancellationToken),
                cancellationToken);
        }

        var own = (await groups.ListAsync(zone, backend, cancellationToken) ?? [])
            .Select(listed => (Listed: listed, Key: KeyOf(backend, zone, listed)))
            .Where(one => one.Key == key || (one.Key is not null && IsOf(one.Listed, name) && IsMarked(one.Listed, scope)))
            .ToArray();
        var memory = watch[key];
        if (own.Length == 0)
        {
            // This process saw it, and somebody else detached it since, or no answer told of a detachment. One that it never saw was never
            // there, or was detached before this process began to look.
            if (memory is { WasThere: true, DetachedAt: null } or { IsAttached: true })
            {
                watch[key] = memory = new(DetachedAt: timeProvider.GetTimestamp());
            }

            return After(memory.DetachedAt ?? watch.Since);
        }

        if (memory.DetachedAt is not null && own.All(one => EndpointHealths.IsDraining(one.Listed)))
        {
            return new(IsEmpty: false, WhileDraining, "Google drains it");
        }

        watch[key] = new(WasThere: true);
        return await ConcludeAsync(
            watch, backend, zone, key, [.. own.Select(one => one.Key)],
            await groups.DetachAsync(zone, backend, name, own.Select(one => one.Listed.NetworkEndpoint!), cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(entry);
        var backend = BackendOf(scope);
        if (entry.Key.Split('/') is not [_, var zone, var name, var text] || !IPEndPoint.TryParse(text, out var address))
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"detach {entry.Key}: it is no endpoint");
        }

        var watch = WatchOf(scope, backend);
        var memory = watch[entry.Key];
        if (entry.State is TrafficState.Draining && memory.DetachedAt is not null)
        {
            return;
        }

        // An operation under way is forgotten first, as by a drain.
        watch[entry.Key] = new(WasThere: true);
        var endpoint = new NetworkEndpoint { Instance = name, IpAddress = address.Address.ToString(), Port = address.Port };
        var went = memory.Detaching is { } operation
            ? await groups.EndAsync(zone, backend, name, operation, cancellationToken)
            : await groups.DetachAsync(zone, backend, name, [endpoint], cancellationToken);
        await ConcludeAsync(watch, backend, zone, entry.Key, [entry.Key], went, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TrafficEntry EntryOf(string key, TrafficMember? member, ListedEndpoint listed, EndpointMemory memory)
    {
        // It drained already when it was attached: a service whose capacity is set to nothing drains all that it has, and attaching that
        // again would change nothing. One that served since was detached by somebody else, and is attached again.
        var isDraining = EndpointHealths.IsDraining(listed) && !memory.IsAttached;
        return new(key, member, isDraining ? TrafficState.Draining : TrafficState.Joined)
        {
            Verdict = EndpointHealths.VerdictOf(listed), Detail = EndpointHealths.DetailOf(listed),
        };
    }

    private static string BackendOf(TrafficScope scope) =>
        scope.Use.Backend is not { } backend
            ? throw new CloudException(
                CloudErrorKind.InvalidRequest, $"group {scope.Name} names no backend for {scope.Use.Source}: a network endpoint group")
            : GceNames.IsName(backend) ? backend
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"backend is '{backend}': the name of a network endpoint group: 1 to 63 characters of a-z 0-9 -, beginning with a letter");

    private static (string Zone, string Name) PlaceOf(TrafficMember member) =>
        GceNames.TryRead(member.Instance.Id.Value, out var zone, out var name)
            ? (zone, name)
            : throw new CloudException(CloudErrorKind.InvalidRequest, $"{member.Instance.Id} is no instance of Compute Engine");

    private static (string Backend, string Zone, string Name, string Key) Read(TrafficScope scope, TrafficMember member)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(member);
        var (backend, (zone, name)) = (BackendOf(scope), PlaceOf(member));
        return member.Address is null
            ? throw new CloudException(CloudErrorKind.InvalidRequest, $"{member.Instance.Name} has no address")
            : (backend, zone, name, KeyOf(backend, zone, name, member.Address));
    }

    /// <summary>What an endpoint is called: all that says where it goes to.</summary>
    private static string KeyOf(string backend, string zone, string name, IPEndPoint? address) =>
        string.Create(CultureInfo.InvariantCulture, $"{backend}/{zone}/{name}/{address}");

    /// <summary>The same of a listed one; null where it is none of an instance and a port.</summary>
    private static string? KeyOf(string backend, string zone, ListedEndpoint listed) =>
        listed.NetworkEndpoint is { Instance: { } instance, IpAddress: { } text, Port: { } port and > 0 and <= IPEndPoint.MaxPort }
            && IPAddress.TryParse(text, out var address) && GceNames.LastOf(instance) is { } name && GceNames.IsName(name)
            ? KeyOf(backend, zone, name, new(address, port))
            : null;

    private static bool IsOf(ListedEndpoint listed, string name) => GceNames.LastOf(listed.NetworkEndpoint?.Instance) == name;

    private static bool IsMarked(ListedEndpoint listed, TrafficScope scope) =>
        listed.NetworkEndpoint?.Annotations?.GetValueOrDefault(Mark) == scope.Group.ToString();

    /// <summary>What is remembered of a group, anew where it was not asked about for a while.</summary>
    private BackendWatch WatchOf(TrafficScope scope, string backend)
    {
        var now = timeProvider.GetTimestamp();
        if (_watches.TryGetValue((scope.Group, backend), out var watch) && !IsOver(watch))
        {
            return watch;
        }

        foreach (var (old, over) in _watches.Where(one => IsOver(one.Value)))
        {
            _watches.TryRemove(KeyValuePair.Create(old, over));
        }

        return _watches.GetOrAdd((scope.Group, backend), _ => new(now));

        bool IsOver(BackendWatch one) => timeProvider.GetElapsedTime(one.LookedAt, now) > BreakMin;
    }

    private DrainProgress After(long detachedAt)
    {
        var left = settle - timeProvider.GetElapsedTime(detachedAt);
        return left <= TimeSpan.Zero
            ? DrainProgress.Empty
            : new(IsEmpty: false, left, "its connections may go on for the settle time");
    }

    /// <summary>Concludes from how a detachment went how far the drain is.</summary>
    private async Task<DrainProgress> ConcludeAsync(
        BackendWatch watch, string backend, string zone, string key, string?[] detached, Detachment went,
        CancellationToken cancellationToken)
    {
        if (went.Running is { } running)
        {
            watch[key] = new(WasThere: true, Detaching: running);
            return new(IsEmpty: false, Detail: "Google is about to take it out");
        }

        watch[key] = new(WasThere: true);
        if (went.Refusal is { } refusal)
        {
            // That it is not attached is no failure, and Google's pages do not say how that is told.
            CallPace.Survived(refusal);
            var left = await groups.ListAsync(zone, backend, cancellationToken) ?? [];
            if (left.Any(listed => detached.Contains(KeyOf(backend, zone, listed)) && !EndpointHealths.IsDraining(listed)))
            {
                throw refusal;
            }
        }

        var now = timeProvider.GetTimestamp();
        watch[key] = new(DetachedAt: now);
        return After(now);
    }

    private async Task ThrowUnlessAttachedAsync(
        CloudException refusal, string backend, string zone, string key, TrafficMember member, CancellationToken cancellationToken)
    {
        CallPace.Survived(refusal);
        if (await groups.ListAsync(zone, backend, cancellationToken) is not { } listed)
        {
            groups.Forget(zone, backend);
            await groups.RequireAsync(zone, backend, member.Instance.Name, cancellationToken);
            throw refusal;
        }

        // Also one that drains may be attached: a service without capacity drains it. Where Google could not do it now, that is believed.
        if (!listed.Any(one => KeyOf(backend, zone, one) == key
            && (refusal.Kind is not CloudErrorKind.Unavailable || !EndpointHealths.IsDraining(one))))
        {
            throw refusal;
        }
    }
}
