using System.Collections.Immutable;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>The pools of load balancers, and their members. Safe to share.</summary>
/// <remarks>
/// A change is written down at once, and the load balancer takes no other one until it has been carried out. What is due is done when
/// somebody looks: nothing waits.
/// </remarks>
public sealed class BalancerPark
{
    private readonly OpenStackSimulatorOptions _options;
    private readonly ServerPark _servers;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<Guid, DateTimeOffset> _busyUntil = [];
    private readonly HashSet<Guid> _broken = [];
    private readonly List<SimulatedMember> _members = [];
    private ImmutableArray<SimulatedPool> _pools;

    internal BalancerPark(OpenStackSimulatorOptions options, ServerPark servers, TimeProvider timeProvider)
    {
        (_options, _servers, _timeProvider) = (options, servers, timeProvider);
        _pools = [new(Guid.Parse(Catalogue.PoolId), Catalogue.Pool, Guid.Parse(Catalogue.BalancerId), HasMonitor: true)];
    }

    /// <summary>Every pool.</summary>
    public ImmutableArray<SimulatedPool> Pools
    {
        get
        {
            lock (_gate)
            {
                return _pools;
            }
        }
    }

    /// <summary>Every member that is there, oldest first; also one that is going.</summary>
    public ImmutableArray<SimulatedMember> Members
    {
        get
        {
            lock (_gate)
            {
                CarryOut_NeedsGate();
                return [.. _members];
            }
        }
    }

    /// <summary>Adds a pool by hand.</summary>
    /// <param name="name">Its name, which another one may have.</param>
    /// <param name="hasMonitor">Whether it has a health monitor.</param>
    /// <param name="balancer">The load balancer; null for one of its own.</param>
    public SimulatedPool AddPool(string name, bool hasMonitor = true, Guid? balancer = null)
    {
        lock (_gate)
        {
            var pool = new SimulatedPool(_servers.NewGuid(), name, balancer ?? _servers.NewGuid(), hasMonitor);
            _pools = _pools.Add(pool);
            return pool;
        }
    }

    /// <summary>Removes a pool by hand, with its members.</summary>
    public void RemovePool(Guid pool)
    {
        lock (_gate)
        {
            _pools = _pools.RemoveAll(one => one.Id == pool);
            _members.RemoveAll(member => member.Pool == pool);
        }
    }

    /// <summary>Adds a member by hand, at once.</summary>
    public SimulatedMember AddMember(Guid pool, string name, string address, int port)
    {
        lock (_gate)
        {
            var member = new SimulatedMember
            {
                Id = _servers.NewGuid(), Pool = pool, Name = name, Address = address, Port = port, Created = _timeProvider.GetUtcNow(),
            };
            _members.Add(member);
            return member;
        }
    }

    /// <summary>Changes a member by hand, at once.</summary>
    public void Change(Guid id, Func<SimulatedMember, SimulatedMember> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            var at = _members.FindIndex(member => member.Id == id);
            _members[at] = change(_members[at]);
        }
    }

    /// <summary>Breaks a load balancer by hand, or mends it: one in ERROR takes no change.</summary>
    public void SetBroken(Guid balancer, bool isBroken)
    {
        lock (_gate)
        {
            _ = isBroken ? _broken.Add(balancer) : _broken.Remove(balancer);
        }
    }

    /// <summary>What is being done to a pool: <c>ACTIVE</c>.</summary>
    internal string ProvisioningOf(SimulatedPool pool)
    {
        lock (_gate)
        {
            CarryOut_NeedsGate();
            return _busyUntil.ContainsKey(pool.Balancer) ? "PENDING_UPDATE" : "ACTIVE";
        }
    }

    /// <summary>Makes a change to a pool, and begins to carry it out.</summary>
    /// <param name="pool">Which.</param>
    /// <param name="change">Checks what the database would, and changes the members.</param>
    /// <exception cref="RefusedException">Its load balancer takes none now, or what <paramref name="change"/> throws.</exception>
    internal T Change<T>(SimulatedPool pool, Func<List<SimulatedMember>, T> change)
    {
        lock (_gate)
        {
            CarryOut_NeedsGate();
            if (_broken.Contains(pool.Balancer) || _busyUntil.ContainsKey(pool.Balancer))
            {
                throw BalancerEndpoints.Refusal(409, $"Load Balancer {pool.Balancer} is immutable and cannot be updated.");
            }

            var done = change(_members);
            _busyUntil[pool.Balancer] = _timeProvider.GetUtcNow() + _servers.Draw(_options.Balancing);
            return done;
        }
    }

    private void CarryOut_NeedsGate()
    {
        var now = _timeProvider.GetUtcNow();
        foreach (var (balancer, _) in _busyUntil.Where(one => one.Value <= now).ToArray())
        {
            _busyUntil.Remove(balancer);
            var pools = _pools.Where(pool => pool.Balancer == balancer).Select(pool => pool.Id).ToHashSet();
            _members.RemoveAll(member => pools.Contains(member.Pool) && member.Provisioning is "PENDING_DELETE");
            for (var i = 0; i < _members.Count; i++)
            {
                if (pools.Contains(_members[i].Pool) && _members[i].Provisioning is ("PENDING_CREATE" or "PENDING_UPDATE"))
                {
                    _members[i] = _members[i] with { Provisioning = "ACTIVE" };
                }
            }
        }
    }
}
