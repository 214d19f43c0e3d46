using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Gce.Settings;

namespace Muster.Simulators.Gce.Machines;

/// <summary>The network endpoint groups of a simulated Compute Engine. Safe to share.</summary>
public sealed class GceGroups
{
    private readonly GceSimulatorOptions _options;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly SortedDictionary<(string Zone, string Name), Group> _groups = [];
    private int _made;

    internal GceGroups(GceSimulatorOptions options)
    {
        _options = options;
        foreach (var name in options.EndpointGroups)
        {
            foreach (var zone in options.Zones)
            {
                Add(zone, name);
            }
        }
    }

    /// <summary>Makes a group, in place of one of the same name.</summary>
    /// <param name="zone">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its endpoints.</param>
    public void Add(string zone, string name, string type = "GCE_VM_IP_PORT")
    {
        lock (_gate)
        {
            _groups[(zone, name)] = new(type, ++_made);
        }
    }

    /// <summary>Takes a group away by hand.</summary>
    public void Remove(string zone, string name)
    {
        lock (_gate)
        {
            _groups.Remove((zone, name));
        }
    }

    /// <summary>Its endpoints, those that drain as well; empty where there is no such group.</summary>
    public ImmutableArray<GceEndpoint> EndpointsOf(string zone, string name)
    {
        lock (_gate)
        {
            return _groups.TryGetValue((zone, name), out var group) ? [.. group.Endpoints] : [];
        }
    }

    /// <summary>Attaches an endpoint by hand, or gives one that goes to the same place what this one says.</summary>
    public void Put(string zone, string name, GceEndpoint endpoint)
    {
        lock (_gate)
        {
            var group = _groups[(zone, name)];
            group.Endpoints.RemoveAll(endpoint.IsSame);
            group.Endpoints.Add(endpoint);
        }
    }

    /// <summary>Detaches all endpoints of an instance by hand, at once.</summary>
    public void Take(string zone, string name, string instance)
    {
        lock (_gate)
        {
            _groups[(zone, name)].Endpoints.RemoveAll(endpoint => endpoint.Instance == instance);
        }
    }

    /// <summary>The type of a group; null where there is none.</summary>
    internal string? TypeOf(string zone, string name)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault((zone, name))?.Type;
        }
    }

    /// <summary>The groups as they are listed.</summary>
    internal List<(string Zone, string Name, JsonObject Json)> Shown(string root)
    {
        lock (_gate)
        {
            return [.. _groups.Select(group => (group.Key.Zone, group.Key.Name, new JsonObject
            {
                ["kind"] = "compute#networkEndpointGroup",
                ["id"] = string.Create(CultureInfo.InvariantCulture, $"{group.Value.Number}"),
                ["creationTimestamp"] = GceMachine.Text(DateTimeOffset.UnixEpoch),
                ["name"] = group.Key.Name,
                ["networkEndpointType"] = group.Value.Type,
                ["network"] = $"{root}/global/networks/default",
                ["subnetwork"] = $"{root}/regions/{group.Key.Zone[..^2]}/subnetworks/default",
                ["size"] = group.Value.Endpoints.Count(endpoint => !endpoint.IsDraining),
                ["zone"] = $"{root}/zones/{group.Key.Zone}",
                ["selfLink"] = $"{root}/zones/{group.Key.Zone}/networkEndpointGroups/{group.Key.Name}",
            }))];
        }
    }

    /// <summary>Attaches endpoints: one that drains stays, and goes on as if it had not been detached.</summary>
    internal void Attach(string zone, string name, IEnumerable<GceEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            Put(zone, name, endpoint);
        }
    }

    /// <summary>Detaches endpoints: they are gone, or drain.</summary>
    /// <returns>Those that drain.</returns>
    internal ImmutableArray<GceEndpoint> Detach(string zone, string name, IReadOnlyCollection<GceEndpoint> endpoints)
    {
        var isDraining = _options.EndpointDraining > TimeSpan.Zero;
        lock (_gate)
        {
            if (!_groups.TryGetValue((zone, name), out var group))
            {
                return [];
            }

            var gone = group.Endpoints.Where(one => !one.IsDraining && endpoints.Any(one.IsSame)).ToImmutableArray();
            group.Endpoints.RemoveAll(gone.Contains);
            if (!isDraining)
            {
                return [];
            }

            ImmutableArray<GceEndpoint> draining = [.. gone.Select(one => one with { IsDraining = true, Healths = null })];
            group.Endpoints.AddRange(draining);
            return draining;
        }
    }

    /// <summary>Forgets endpoints that drained, unless they were attached again.</summary>
    internal void Drained(string zone, string name, ImmutableArray<GceEndpoint> drained)
    {
        lock (_gate)
        {
            _groups.GetValueOrDefault((zone, name))?.Endpoints.RemoveAll(one => one.IsDraining && drained.Any(one.IsSame));
        }
    }

    /// <summary>An instance is gone: its endpoints go with it.</summary>
    internal void Forget(string zone, string instance)
    {
        lock (_gate)
        {
            foreach (var ((where, _), group) in _groups)
            {
                group.Endpoints.RemoveAll(endpoint => where == zone && endpoint.Instance == instance);
            }
        }
    }

    private sealed class Group(string type, int number)
    {
        public string Type => type;

        public int Number => number;

        public List<GceEndpoint> Endpoints { get; } = [];
    }
}
