using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Storage.Memory;

/// <summary>Servers and their sweeps in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryShares
{
    private readonly Dictionary<string, ServerRecord> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<SweepKey, SweepShare> _shares = [];

    public ImmutableArray<ServerRecord> Report(ServerRecord server)
    {
        _servers[server.Holder] = server;
        return Living(server.SeenAt);
    }

    public ImmutableArray<ServerRecord> Living(DateTimeOffset now) =>
        [.. _servers.Values.Where(server => server.EndsAt > now).OrderBy(server => server.Holder, StringComparer.Ordinal)];

    public void Retire(string holder, DateTimeOffset now)
    {
        if (_servers.TryGetValue(holder, out var server))
        {
            _servers[holder] = server with { EndsAt = now };
        }

        foreach (var share in _shares.Values.Where(share => share.Holder == holder).ToList())
        {
            Free(share);
        }
    }

    public SweepShare Of(SweepKey sweep) => _shares.GetValueOrDefault(sweep) ?? SweepShare.NeverHeld(sweep);

    public SweepLease? TryAcquire(SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        var share = Of(sweep);
        if (share.Fence != expectedFence || !share.IsFreeAt(now))
        {
            return null;
        }

        var lease = new SweepLease(sweep, holder, expectedFence + 1, now + duration);
        _shares[sweep] = new(sweep, lease.Fence, holder, lease.EndsAt);
        return lease;
    }

    public ImmutableArray<SweepLease> Renew(ImmutableArray<SweepLease> leases, DateTimeOffset endsAt)
    {
        var renewed = ImmutableArray.CreateBuilder<SweepLease>(leases.Length);
        foreach (var lease in leases.Where(lease => Of(lease.Sweep).Honours(lease)))
        {
            var share = _shares[lease.Sweep];
            share = share with { EndsAt = share.EndsAt > endsAt ? share.EndsAt : endsAt };
            _shares[lease.Sweep] = share;
            renewed.Add(lease with { EndsAt = share.EndsAt!.Value });
        }

        return renewed.ToImmutable();
    }

    public void Release(ImmutableArray<SweepLease> leases)
    {
        foreach (var lease in leases.Where(lease => Of(lease.Sweep).Honours(lease)))
        {
            Free(_shares[lease.Sweep]);
        }
    }

    private void Free(SweepShare share) => _shares[share.Sweep] = share with { Holder = null, EndsAt = null };
}
