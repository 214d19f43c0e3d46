using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>Every instance there is, and how its life goes on.</summary>
public sealed class InstancePark : Park<string, SimulatedEc2Instance>
{
    /// <summary>How long one that is terminated stays listed.</summary>
    private static readonly Delay Remembered = new(TimeSpan.FromHours(1));

    private readonly Ec2SimulatorOptions _options;

    // Which token made what, and with which parameters. A token counts for one zone: in another one it is another launch.
    private readonly Lock _tokenGate = new();
    private readonly Dictionary<(string Token, string Zone), (string Id, string Asked)> _tokens = [];

    internal InstancePark(Ec2SimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => (_options, Events) = (options, new(timeProvider));

    /// <summary>Parts that an instance left behind, by id.</summary>
    public ConcurrentDictionary<string, Ec2Part> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>The queue to which events are sent.</summary>
    public EventQueue Events { get; }

    /// <summary>All that are there, oldest first.</summary>
    public IReadOnlyList<SimulatedEc2Instance> Alive => [.. All.Where(instance => instance.IsActive)];

    private protected override bool HidesNew => true;

    /// <summary>Sets an instance's state by hand: what a person, a crash or a lost host does.</summary>
    public void SetState(string id, string state, string code, string message) => Change(id, "state", instance =>
    {
        instance.State = state;
        instance.Reason = (code, message);
    });

    /// <summary>Changes an instance's tag by hand; null takes it off.</summary>
    public void SetTag(string id, string key, string? value) => Change(
        id, "tags", instance => instance.Tags = value is null ? instance.Tags.Remove(key) : instance.Tags.SetItem(key, value));

    /// <summary>Protects an instance from termination, or ends that.</summary>
    public void SetProtection(string id, bool isProtected) => Change(id, "protection", instance => instance.IsProtected = isProtected);

    /// <summary>Gives notice that a spot instance is taken back two minutes after that time; null takes it back.</summary>
    public void Mark(string id, DateTimeOffset? at) => Change(id, "notice", instance => instance.MarkedAt = at);

    /// <summary>Leaves a part behind, by hand.</summary>
    public Ec2Part LeaveBehind(string id, ImmutableSortedDictionary<string, string> tags) =>
        Parts[id] = new(id, tags, Time.GetUtcNow());

    /// <summary>Tells that a spot instance is likely to be taken back.</summary>
    public void Recommend(string id) => Events.Tell("EC2 Instance Rebalance Recommendation", id, []);

    private protected override void OnChanged(SimulatedEc2Instance machine, string what)
    {
        switch (what)
        {
            case "state":
                Events.Tell("EC2 Instance State-change Notification", machine.Id, new() { ["state"] = machine.State });
                break;
            case "notice" when machine.MarkedAt is not null:
                Events.Tell("EC2 Spot Instance Interruption Warning", machine.Id, new() { ["instance-action"] = "terminate" });
                break;
        }
    }

    internal string NewId(string kind) => $"{kind}-0{NewGuid().ToString("N")[..16]}";

    /// <summary>Makes an instance, or finds what the token made before.</summary>
    internal SimulatedEc2Instance Launch(string? token, string zone, string asked, Func<SimulatedEc2Instance> make)
    {
        lock (_tokenGate)
        {
            if (token is not null && _tokens.TryGetValue((token, zone), out var made))
            {
                return made.Asked != asked
                    ? throw new AwsRefusal(
                        400, "IdempotentParameterMismatch",
                        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
                    : With(made.Id, instance => instance.IsActive ? instance : null) ?? throw new AwsRefusal(
                        400, "IdempotentInstanceTerminated",
                        "The client token you have provided is associated with a terminated instance. Please use a different client "
                            + "token.");
            }

            var instance = make();
            Add(instance);
            if (token is not null)
            {
                _tokens[(token, zone)] = (instance.Id, asked);
            }

            switch (DrawFate())
            {
                case Fate.Up:
                    EnterLater(_options.Provisioning, instance.Id, "pending", "running");
                    break;
                case Fate.Failed:
                    Later(
                        _options.Provisioning, instance.Id, one => one.State is "pending",
                        () => End(instance.Id, "Server.InternalError", "Server.InternalError: Internal error on launch"));
                    break;
            }

            return instance;
        }
    }

    /// <summary>Begins to end an instance.</summary>
    internal void Terminate(string id)
    {
        Change(id, "state", instance =>
        {
            instance.State = "shutting-down";
            instance.Reason = ("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");
        });
        Later(
            _options.Stopping, id, instance => instance.State is "shutting-down",
            () => End(id, "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown"));
    }

    /// <summary>Begins to stop an instance.</summary>
    internal void Stop(string id, bool hibernates)
    {
        var code = hibernates ? "Client.UserInitiatedHibernate" : "Client.UserInitiatedShutdown";
        var message = $"{code}: User initiated {(hibernates ? "hibernate" : "shutdown")}";
        SetState(id, "stopping", code, message);
        Later(_options.Stopping, id, instance => instance.State is "stopping", () => SetState(id, "stopped", code, message));
    }

    /// <summary>Begins to start an instance.</summary>
    internal void Start(string id)
    {
        Change(id, "state", instance => (instance.State, instance.Reason) = ("pending", null));
        EnterLater(_options.Provisioning, id, "pending", "running");
    }

    private void End(string id, string code, string message)
    {
        SetState(id, "terminated", code, message);
        Later(Remembered, id, _ => true, () => Remove(id));
    }
}
