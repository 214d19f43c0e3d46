using Muster.Simulators.Kit;
using Muster.Simulators.Libvirt.Settings;
using Muster.Simulators.Libvirt.Wire;

namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>What there is on a simulated host, and what libvirt does with it. Safe to share.</summary>
public sealed class SimulatedHost
{
    private const string BlockFormat = "raw";

    private readonly LibvirtSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Random _random;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<Guid, SimulatedDomain> _domains = [];
    private readonly Dictionary<string, Dictionary<string, SimulatedVolume>> _pools = [];
    private readonly HashSet<Guid> _starting = [];
    private int _lastId;

    internal SimulatedHost(LibvirtSimulatorOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider, _random) = (options, timeProvider, new(options.Seed));
        var now = timeProvider.GetUtcNow();
        _pools[Catalogue.Pool] = new(StringComparer.Ordinal)
        {
            [Catalogue.Image] = new(Catalogue.Image, Catalogue.ImageBytes, "qcow2", null, now),
        };
        _pools[Catalogue.BlockPool] = new(StringComparer.Ordinal);
    }

    /// <summary>Gets what happens to domains: which, the event, and its detail. Told within the change: hears quickly.</summary>
    internal event Action<SimulatedDomain, int, int>? Happened;

    /// <summary>The domains, by name.</summary>
    public IReadOnlyList<SimulatedDomain> Domains =>
        Guarded(() => _domains.Values.OrderBy(one => one.Name, StringComparer.Ordinal).ToList());

    /// <summary>The pools, by name.</summary>
    public IReadOnlyList<string> Pools => Guarded(() => _pools.Keys.Order(StringComparer.Ordinal).ToList());

    /// <summary>The volumes of a pool, by name.</summary>
    public IReadOnlyList<SimulatedVolume> Volumes(string pool = Catalogue.Pool) =>
        Guarded(() => Pool(pool).Values.OrderBy(one => one.Name, StringComparer.Ordinal).ToList());

    /// <summary>Puts a volume there by hand.</summary>
    public void Add(SimulatedVolume volume, string pool = Catalogue.Pool) => Guarded(() => Pool(pool)[volume.Name] = volume);

    /// <summary>Has a domain's hypervisor die.</summary>
    public void Kill(Guid uuid) => Guarded(() => Stop(Domain(uuid), DomainLife.Failed, DomainLife.StoppedFailed));

    /// <summary>Removes a domain by hand, and the volumes that its description names.</summary>
    public void Remove(Guid uuid) => Guarded(() =>
    {
        var domain = Domain(uuid);
        Stop(domain, DomainLife.Destroyed, DomainLife.StoppedDestroyed);
        foreach (var (pool, volume) in DomainDraft.Read(domain.Xml).Disks)
        {
            Pool(pool).Remove(volume);
        }

        Happened?.Invoke(domain, DomainLife.EventUndefined, 0);
        return _domains.Remove(uuid);
    });

    /// <summary>Sets a domain's state by hand, whatever it was.</summary>
    public void SetState(Guid uuid, int state, int reason) => Guarded(() => (Domain(uuid).State, Domain(uuid).Reason) = (state, reason));

    /// <summary>Sets an element of a domain's metadata by hand; null takes it away.</summary>
    public void SetMetadata(Guid uuid, string uri, string? xml) => Guarded(() =>
    {
        var metadata = Domain(uuid).Metadata.Where(one => one.Key != uri).ToDictionary(StringComparer.Ordinal);
        if (xml is not null)
        {
            metadata[uri] = xml;
        }

        return Domain(uuid).Metadata = metadata;
    });

    internal SimulatedDomain Find(Guid uuid) => Guarded(() => Domain(uuid));

    internal SimulatedDomain Find(string name) => Guarded(() => _domains.Values.FirstOrDefault(one => one.Name == name)
        ?? throw new RefusalException(RefusalException.NoDomain, $"Domain not found: no domain with matching name '{name}'"));

    /// <summary>Starts a domain.</summary>
    internal async Task<SimulatedDomain> CreateAsync(Guid uuid, CancellationToken cancellationToken)
    {
        var draft = DomainDraft.Read(Find(uuid).Xml);
        var (failing, wait) = Guarded(() =>
        {
            Admit(draft);
            _starting.Add(draft.Uuid);
            return (_random.NextDouble() < _options.FailingShare, _options.Provisioning.Draw(_random));
        });
        try
        {
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _timeProvider, cancellationToken);
            }

            return Guarded(() =>
            {
                if (failing)
                {
                    throw new RefusalException(
                        RefusalException.Internal,
                        "internal error: process exited while connecting to monitor: qemu-system-x86_64: failed");
                }

                var domain = Domain(uuid);
                domain.Id = ++_lastId;
                (domain.State, domain.Reason) = (DomainLife.Running, domain.IsSaved ? DomainLife.Restored : DomainLife.Booted);
                domain.IsSaved = false;
                domain.Address = draft.Networks.Count == 0 ? null : $"192.168.122.{2 + (domain.Id % 250)}";
                Happened?.Invoke(domain, DomainLife.EventStarted, 0);
                return domain;
            });
        }
        finally
        {
            Guarded(() => _starting.Remove(draft.Uuid));
        }
    }

    internal SimulatedDomain Define(string xml)
    {
        var draft = DomainDraft.Read(xml);
        return Guarded(() =>
        {
            Unique(draft);
            var domain = _domains.TryGetValue(draft.Uuid, out var known)
                ? known
                : _domains[draft.Uuid] = new() { Uuid = draft.Uuid, Name = draft.Name };

            // What runs keeps its description until it ends; nobody here defines one that runs.
            (domain.Xml, domain.Metadata, domain.IsPersistent) = (xml, draft.Metadata, true);
            Happened?.Invoke(domain, DomainLife.EventDefined, 0);
            return domain;
        });
    }

    internal void Destroy(Guid uuid) => Guarded(() => Stop(Active(uuid), DomainLife.Destroyed, DomainLife.StoppedDestroyed));

    internal void ShutDown(Guid uuid) => Guarded(() => Stop(Active(uuid), DomainLife.ByShutdown, DomainLife.StoppedShutdown));

    internal void Save(Guid uuid) => Guarded(() =>
    {
        var domain = Active(uuid);
        return domain.IsPersistent
            ? domain.IsSaved = Stop(domain, DomainLife.Saved, DomainLife.StoppedSaved)
            : throw RefusalException.Invalid("cannot do managed save for transient domain");
    });

    internal void Suspend(Guid uuid, bool isSuspended) => Guarded(() =>
    {
        var domain = Active(uuid);
        (domain.State, domain.Reason) = isSuspended
            ? (DomainLife.Paused, DomainLife.PausedByUser)
            : (DomainLife.Running, DomainLife.Unpaused);
        Happened?.Invoke(domain, isSuspended ? DomainLife.EventSuspended : DomainLife.EventResumed, 0);
        return true;
    });

    internal void Undefine(Guid uuid) => Guarded(() =>
    {
        var domain = Domain(uuid);
        if (!domain.IsPersistent)
        {
            throw RefusalException.Invalid("cannot undefine transient domain");
        }

        domain.IsPersistent = false;
        Happened?.Invoke(domain, DomainLife.EventUndefined, 0);
        return domain.IsActive || _domains.Remove(uuid);
    });

    internal SimulatedVolume FindVolume(string pool, string name) => Guarded(() => Volume(pool, name));

    internal SimulatedVolume CreateVolume(string pool, string xml, (string Pool, string Name)? copied) => Guarded(() =>
    {
        var volumes = Pool(pool);
        var draft = VolumeDraft.Read(xml);
        var original = copied is var (fromPool, from) ? Volume(fromPool, from) : null;
        if (volumes.ContainsKey(draft.Name))
        {
            throw new RefusalException(
                RefusalException.VolumeExists,
                copied is null ? $"storage volume '{draft.Name}' exists already" : $"storage volume name '{draft.Name}' already in use.");
        }

        if (_options.IsFull)
        {
            throw new RefusalException(
                RefusalException.SystemError, $"cannot create path '/var/lib/libvirt/images/{draft.Name}': No space left on device");
        }

        var bytes = original is null ? draft.Bytes : Math.Max(draft.Bytes, original.Bytes);
        return volumes[draft.Name] = new(
            draft.Name, bytes, pool == Catalogue.BlockPool ? null : draft.Format ?? BlockFormat, draft.BasePath, _timeProvider.GetUtcNow());
    });

    internal void Write(string pool, string name, byte[] content) => Guarded(() =>
    {
        var volume = Volume(pool, name);
        return content.Length > volume.Bytes
            ? throw new RefusalException(RefusalException.Internal, "internal error: stream had more data than the volume has room")
            : Pool(pool)[name] = volume with { Content = content };
    });

    internal void DeleteVolume(string pool, string name) => Guarded(() =>
    {
        Volume(pool, name);
        return Pool(pool).Remove(name);
    });

    internal static string PathOf(string pool, string name) =>
        pool == Catalogue.BlockPool ? $"/dev/{pool}/{name}" : $"/var/lib/libvirt/images/{name}";

    private SimulatedDomain Domain(Guid uuid) => _domains.GetValueOrDefault(uuid)
        ?? throw new RefusalException(RefusalException.NoDomain, $"Domain not found: no domain with matching uuid '{uuid:D}'");

    private SimulatedDomain Active(Guid uuid) => Domain(uuid) is { IsActive: true } domain
        ? domain
        : throw RefusalException.Invalid("domain is not running");

    private bool Stop(SimulatedDomain domain, int reason, int detail)
    {
        if (!domain.IsActive)
        {
            return false;
        }

        (domain.State, domain.Reason, domain.Id) = (DomainLife.ShutOff, reason, -1);
        if (!domain.IsPersistent)
        {
            _domains.Remove(domain.Uuid);
        }

        Happened?.Invoke(domain, DomainLife.EventStopped, detail);
        return true;
    }

    private void Unique(DomainDraft draft)
    {
        if (_domains.TryGetValue(draft.Uuid, out var same) && same.Name != draft.Name)
        {
            throw new RefusalException(
                RefusalException.OperationFailed, $"operation failed: domain '{same.Name}' is already defined with uuid {draft.Uuid:D}");
        }

        if (_domains.Values.FirstOrDefault(one => one.Name == draft.Name && one.Uuid != draft.Uuid) is { } other)
        {
            throw new RefusalException(
                RefusalException.OperationFailed, $"operation failed: domain '{draft.Name}' already exists with uuid {other.Uuid:D}");
        }
    }

    private void Admit(DomainDraft draft)
    {
        if (_starting.Contains(draft.Uuid) || Domain(draft.Uuid).IsActive)
        {
            throw RefusalException.Invalid("domain is already running");
        }

        foreach (var (pool, volume) in draft.Disks)
        {
            Volume(pool, volume);
        }

        foreach (var network in draft.Networks)
        {
            if (IsActive(network) is not { } isActive)
            {
                throw new RefusalException(
                    RefusalException.NoNetwork, $"Network not found: no network with matching name '{network}'");
            }

            if (!isActive)
            {
                throw RefusalException.Invalid($"network '{network}' is not active");
            }
        }

        if (_domains.Values.Count(one => one.IsActive) + _starting.Count >= _options.MachinesMax)
        {
            throw new RefusalException(
                RefusalException.Internal,
                "internal error: process exited while connecting to monitor: qemu-system-x86_64: cannot set up guest memory 'pc.ram': "
                + "Cannot allocate memory");
        }
    }

    /// <summary>Whether a network runs; null where there is none of that name.</summary>
    internal static bool? IsActive(string network) => network switch
    {
        Catalogue.Network => true,
        Catalogue.StoppedNetwork => false,
        _ => null,
    };

    private Dictionary<string, SimulatedVolume> Pool(string name) => _pools.GetValueOrDefault(name)
        ?? throw new RefusalException(
            RefusalException.NoPool, $"Storage pool not found: no storage pool with matching name '{name}'");

    private SimulatedVolume Volume(string pool, string name) => Pool(pool).GetValueOrDefault(name)
        ?? throw new RefusalException(
            RefusalException.NoVolume, $"Storage volume not found: no storage vol with matching name '{name}'");

    private T Guarded<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }
}
