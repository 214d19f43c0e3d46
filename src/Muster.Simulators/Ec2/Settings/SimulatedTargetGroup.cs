using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Simulators.Ec2.Settings;

/// <summary>A target group: a record, through which nothing flows. Safe to share; every setting may be changed while it runs.</summary>
/// <param name="name">Its name, which is its own in the region.</param>
public sealed class SimulatedTargetGroup(string name)
{
    private readonly Lock _gate = new();

    // Guarded by the gate. When each was registered, and when deregistered; and what its checks find, where that is said by hand.
    private readonly Dictionary<(string Id, int Port), Kept> _targets = [];

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its ARN.</summary>
    public string Arn { get; } = $"arn:aws:elasticloadbalancing:{Ec2Catalogue.Region}:{Ec2Catalogue.Account}:targetgroup/{name}/"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];

    /// <summary>What its targets are: <c>instance</c>, <c>ip</c>, <c>lambda</c> or <c>alb</c>.</summary>
    public string Type { get; init; } = "instance";

    /// <summary>The port of targets that say none.</summary>
    public int Port { get; init; } = 80;

    /// <summary>How long a target drains. Where it is made shorter, what drains already is over sooner.</summary>
    public TimeSpan DeregistrationDelay { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How long the first checks of a target take.</summary>
    public TimeSpan FirstChecks { get; set; }

    /// <summary>Whether a load balancer sends traffic to it.</summary>
    public bool HasBalancer { get; set; } = true;

    /// <summary>The most targets that it takes.</summary>
    public int TargetsMax { get; set; } = 1000;

    /// <summary>Targets that are registered, as <c>i-0123:80</c>, sorted.</summary>
    public ImmutableArray<string> Registered => Texts(target => target.OutAt is null);

    /// <summary>Targets that drain, or have drained since somebody looked, sorted.</summary>
    public ImmutableArray<string> Draining => Texts(target => target.OutAt is not null);

    /// <summary>Says what the checks of a target find from now on, until it is registered anew.</summary>
    public void SetHealth(string id, int port, string state, string? reason = null, string? description = null)
    {
        lock (_gate)
        {
            _targets[(id, port)].Health = new(state, reason, description);
        }
    }

    /// <summary>Registers a target, also one that drains.</summary>
    /// <returns>Whether there was room.</returns>
    internal bool Register(string id, int port, DateTimeOffset now)
    {
        lock (_gate)
        {
            Sweep(now);
            if (_targets.TryGetValue((id, port), out var kept) && kept.OutAt is null)
            {
                return true;
            }

            if (kept is null && _targets.Count >= TargetsMax)
            {
                return false;
            }

            _targets[(id, port)] = new() { InAt = now };
            return true;
        }
    }

    /// <summary>Deregisters a target; one that is not registered stays so.</summary>
    internal void Deregister(string id, int port, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_targets.TryGetValue((id, port), out var kept))
            {
                kept.OutAt ??= now;
            }

            Sweep(now);
        }
    }

    /// <summary>Forgets the targets of an instance that is no more.</summary>
    internal void Forget(Predicate<string> isGone)
    {
        lock (_gate)
        {
            foreach (var gone in _targets.Keys.Where(target => isGone(target.Id)).ToList())
            {
                _targets.Remove(gone);
            }
        }
    }

    /// <summary>All that are registered or drain, in an order that stays.</summary>
    internal ImmutableArray<(string Id, int Port)> Targets(DateTimeOffset now)
    {
        lock (_gate)
        {
            Sweep(now);
            return [.. _targets.Keys.OrderBy(target => target.Id, StringComparer.Ordinal).ThenBy(target => target.Port)];
        }
    }

    /// <summary>How a target is.</summary>
    /// <param name="target">Which.</param>
    /// <param name="isRunning">Whether its instance runs.</param>
    /// <param name="now">The time.</param>
    internal SimulatedHealth HealthOf((string Id, int Port) target, bool isRunning, DateTimeOffset now)
    {
        lock (_gate)
        {
            Sweep(now);
            return !_targets.TryGetValue(target, out var kept)
                    ? new("unused", "Target.NotRegistered", "Target is not registered to the target group")
                : kept.OutAt is not null
                    ? new("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
                : !isRunning ? new("unused", "Target.InvalidState", "Target is in the stopped state")
                : !HasBalancer
                    ? new("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
                : kept.Health
                    ?? (kept.InAt + FirstChecks > now
                        ? new("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
                        : new("healthy", null, null));
        }
    }

    private ImmutableArray<string> Texts(Predicate<Kept> fits)
    {
        lock (_gate)
        {
            return
            [
                .. _targets.Where(target => fits(target.Value))
                    .Select(target => string.Create(CultureInfo.InvariantCulture, $"{target.Key.Id}:{target.Key.Port}"))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (over, _) in _targets.Where(target =>
            target.Value.OutAt is { } at && (!HasBalancer || at + DeregistrationDelay <= now)).ToList())
        {
            _targets.Remove(over);
        }
    }

    private sealed class Kept
    {
        public required DateTimeOffset InAt { get; init; }

        public DateTimeOffset? OutAt { get; set; }

        public SimulatedHealth? Health { get; set; }
    }
}

/// <summary>How a target is.</summary>
/// <param name="State">Its state.</param>
/// <param name="Reason">The code of why; null where there is none.</param>
/// <param name="Description">Why; null where there is nothing to say.</param>
internal sealed record SimulatedHealth(string State, string? Reason, string? Description);
