using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Steering;
using Muster.Simulation.Clouds;

namespace Muster.Simulation.Refereeing;

/// <summary>What the referee knows of one group.</summary>
internal sealed class GroupCase(Group group)
{
    /// <summary>As its users want it now.</summary>
    public Group Group { get; set; } = group;

    /// <summary>What others than a person claim of it now.</summary>
    public ImmutableArray<Claim> Claims { get; set; } = [];

    /// <summary>What its policies claim of it now.</summary>
    public Claim? Steering { get; set; }

    /// <summary>All that is claimed of it now.</summary>
    public ImmutableArray<Claim> AllClaims => Steering is { } claim ? Claims.Add(claim) : Claims;

    /// <summary>Its policies now.</summary>
    public ImmutableArray<Policy> Policies { get; set; } = [];

    /// <summary>Instances that no plan may end, whatever becomes of the level.</summary>
    public HashSet<InstanceId> Protected { get; } = [];

    /// <summary>What was said of each instance's health, and when; oldest first.</summary>
    public Dictionary<InstanceId, List<Finding>> Said { get; } = [];

    public LevelHistory Levels { get; } = new();

    /// <summary>How many members may move at once: so many more than its level may be there.</summary>
    public LevelHistory Surge { get; } = new();

    /// <summary>How many may be missing while unhealthy ones are replaced.</summary>
    public LevelHistory Unavailable { get; } = new();

    /// <summary>Since when it replaces nobody while most are sick; null if it does.</summary>
    public TimeSpan? HoldsFrom { get; set; }

    /// <summary>The shortest lifetime that its users ever wanted for its instances; null for none.</summary>
    public TimeSpan? LifetimeMin { get; set; }

    /// <summary>The most that each placement may hold, by its name.</summary>
    public Dictionary<string, LevelHistory> Most { get; } = new(StringComparer.Ordinal);

    /// <summary>When a check last said of a cloud that nobody counts on what is there, since it has been away for long enough.</summary>
    public Dictionary<string, TimeSpan> LostAt { get; } = new(StringComparer.Ordinal);

    /// <summary>Since when a cloud could not be looked at, as the last check said that did something, and when that was.</summary>
    public Dictionary<string, (DateTimeOffset Since, TimeSpan SaidAt)> UnseenSince { get; } = new(StringComparer.Ordinal);

    /// <summary>Which members moved home, and when.</summary>
    public MoveBook Moves { get; } = new();

    public LevelHistory LaunchesInFlightMax { get; } = new();

    public LevelHistory LaunchesPerHourMax { get; } = new();

    /// <summary>Who of it drains, and what was said to their gates.</summary>
    public GateBook Gates { get; } = new();

    /// <summary>Who of it is in its warm pool.</summary>
    public PoolBook Pool { get; } = new();

    /// <summary>Since when each of <see cref="Protected"/> is.</summary>
    public Dictionary<InstanceId, TimeSpan> ProtectedAt { get; } = [];

    /// <summary>Everything ever launched for it.</summary>
    public List<SimulatedInstance> Instances { get; } = [];

    /// <summary>When the engine last asked for each instance's end.</summary>
    public Dictionary<InstanceId, TimeSpan> EndAskedAt { get; } = [];

    /// <summary>Instances whose end was written down before it was asked for.</summary>
    public HashSet<InstanceId> EndWritten { get; } = [];

    /// <summary>When the calls of the last hour that may have made an instance were made; oldest first.</summary>
    public List<(TimeSpan At, LaunchId Launch)> LaunchCalls { get; } = [];

    /// <summary>What its hourly counts must be.</summary>
    public BrakeBook Brakes { get; } = new();

    public GroupId Id => Group.Id;
}
