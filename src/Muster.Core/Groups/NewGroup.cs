using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Core.Groups;

/// <summary>A group as somebody asks for it; what is null was left out.</summary>
public sealed record NewGroup
{
    /// <summary>Its id.</summary>
    public required GroupId Id { get; init; }

    /// <summary>Its owner.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Required.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The living template it launches from; null when it could not be found, which is among the errors then, and for placements.
    /// </summary>
    public Template? Template { get; init; }

    /// <summary>How it is spread over several placements; nothing for a group with a template alone.</summary>
    public LayoutEdit Layout { get; init; } = LayoutEdit.None;

    /// <summary>How many; its desired is required.</summary>
    public required CapacityChange Capacity { get; init; }

    /// <summary>Seconds between level checks; <see cref="Group.IntervalDefault"/> when left out.</summary>
    public double? IntervalSeconds { get; init; }

    /// <summary>Who goes first, as a word; see <see cref="GroupRules.ScaleInWords"/>.</summary>
    public string? ScaleIn { get; init; }

    /// <summary>How it is found out whether its instances work; null for nothing asked.</summary>
    public HealthEdit? Health { get; init; }

    /// <summary>What is done about those that do not.</summary>
    public RepairEdit Repair { get; init; } = new();

    /// <summary>How its instances leave their load balancers before they are terminated; null for nothing asked.</summary>
    public DrainEdit? Drain { get; init; }

    /// <summary>All the hooks that there are to be; null for nothing asked.</summary>
    public ImmutableArray<HookEdit>? Hooks { get; init; }

    /// <summary>The whole list of the sources of traffic that it uses; null for nothing asked.</summary>
    public ImmutableArray<TrafficUseEdit>? Traffic { get; init; }

    /// <summary>The sources that there are; null where whoever asks does not know, and names are believed.</summary>
    public ITrafficDirectory? TrafficSources { get; init; }

    /// <summary>Seconds that its instances live at most; 0 for as long as they last. See <see cref="Group.LifetimeMax"/>.</summary>
    public double? LifetimeMaxSeconds { get; init; }

    /// <summary>What is to rest beside its level; null for nothing asked.</summary>
    public PoolEdit? Pool { get; init; }

    /// <summary>What instances cost; null where whoever asks does not know, so that nothing is said of it.</summary>
    public PriceBook? Prices { get; init; }

    /// <summary>Bounds; defaults where left out.</summary>
    public BrakesEdit Brakes { get; init; } = new();
}
