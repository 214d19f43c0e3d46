using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Planning;

/// <summary>Which instances go first when there are too many, and why. Pure.</summary>
/// <param name="inventory">What lives.</param>
/// <param name="order">Who goes first.</param>
/// <param name="current">The template that new instances are made from.</param>
/// <param name="mayHaveTwins">Whether there can be two for one launch: else nobody's tags are read.</param>
/// <param name="now">When that is asked.</param>
internal sealed class ScaleIn(Inventory inventory, ScaleInOrder order, TemplateId current, bool mayHaveTwins, DateTimeOffset now)
{
    private readonly Dictionary<InstanceId, InstanceLoad>? _loads;

    // Two runs of muster scale at the same moment can make two for one launch: each run ends the younger, and so does
    // everything that counts them.
    private readonly HashSet<InstanceId> _twins =
        mayHaveTwins ? [.. LaunchTwins.Surplus(inventory.Provisioning.Concat(inventory.Running)).Select(twin => twin.Id)] : [];

    /// <summary>How busy those instances are of which anybody says so.</summary>
    public ImmutableArray<InstanceLoad> Loads
    {
        init
        {
            _loads = value.IsEmpty ? null : new(value.Length);
            foreach (var load in value)
            {
                _loads![load.Instance] = load;
            }
        }
    }

    /// <summary>
    /// The first <paramref name="count"/> in the group's order: those not running before those that run. Those that are protected
    /// from deletion are passed over, and so are those that run beyond <paramref name="runningMax"/>: there may be fewer. Those that
    /// somebody has kept go last.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="endOf">How far the end of each is (<see cref="TerminationMemory.EndOf"/>): the furthest come first.</param>
    /// <param name="runningMax">How many of those that run may be among them.</param>
    /// <param name="beside">Those that end for another reason.</param>
    public ImmutableArray<Instance> Choose(int count, Func<Instance, int> endOf, int runningMax, IReadOnlyList<Instance> beside) =>
    [
        .. AtMost(runningMax, InOrder(inventory.Unknown)
            .Concat(InOrder(inventory.Provisioning))
            .Concat(InOrder(inventory.Running).OrderByDescending(instance => instance.HasNotice(now)))
            .Where(instance => IsOpen(instance, beside))
            .OrderByDescending(endOf)
            .ThenByDescending(instance => _twins.Contains(instance.Id))
            .ThenByDescending(inventory.IsSick)
            .ThenBy(inventory.IsKept)
            .ThenByDescending(inventory.IsAged))
            .Take(count),
    ];

    /// <summary>How many may go, however many of those that run may, those <paramref name="beside"/> left out.</summary>
    public int CountOpen(IReadOnlyList<Instance> beside) => inventory.Unknown.Concat(inventory.Provisioning).Concat(inventory.Running)
        .Count(instance => IsOpen(instance, beside));

    private bool IsOpen(Instance instance, IReadOnlyList<Instance> beside) =>
        !inventory.IsProtected(instance) && !beside.Contains(instance) && !inventory.Returning.Contains(instance);

    private static IEnumerable<Instance> AtMost(int runningMax, IEnumerable<Instance> instances)
    {
        var running = 0;
        return runningMax == int.MaxValue
            ? instances
            : instances.Where(instance => instance.State is not InstanceState.Running || ++running <= runningMax);
    }

    /// <summary>Why this one, in words.</summary>
    public string Describe(Instance instance) =>
        instance.State is InstanceState.Running && !inventory.IsSick(instance) && inventory.Running.Any(inventory.IsKept)
            ? $"{Why(instance)}, those that somebody keeps last"
            : Why(instance);

    private string Why(Instance instance) => instance.State switch
    {
        _ when _twins.Contains(instance.Id) => "an older instance answers the same launch",
        InstanceState.Running when inventory.IsSick(instance) => $"{inventory.WhySick(instance, now)}: unhealthy goes first",
        InstanceState.Running when inventory.IsAged(instance) => "its lifetime is over",
        InstanceState.Running when instance.HasNotice(now) => "its cloud has given notice of its end",
        InstanceState.Running when order is ScaleInOrder.Newest => "newest first",
        InstanceState.Running when order is ScaleInOrder.OutdatedFirst && IsOutdated(instance) =>
            "made from another template than the group's",
        InstanceState.Running when order is ScaleInOrder.LeastBusy => LoadOf(instance) is { } load
            ? string.Create(CultureInfo.InvariantCulture, $"least busy first: {load.Load:0.###} says {load.Source}")
            : "of those of which nobody says how busy they are, oldest first",
        InstanceState.Running => "oldest first",
        _ => $"{Words.Of(instance.State)}: not running goes first",
    };

    private IOrderedEnumerable<Instance> InOrder(IEnumerable<Instance> instances) => order switch
    {
        ScaleInOrder.Oldest => instances.OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ScaleInOrder.Newest => instances.OrderByDescending(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ScaleInOrder.OutdatedFirst => instances.OrderBy(instance => !IsOutdated(instance))
            .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ScaleInOrder.LeastBusy => instances.OrderBy(instance => LoadOf(instance)?.Load ?? double.PositiveInfinity)
            .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        _ => throw new UnreachableException($"scale-in order {order}"),
    };

    private InstanceLoad? LoadOf(Instance instance) => _loads?.GetValueOrDefault(instance.Id);

    private bool IsOutdated(Instance instance) => instance.Read<TemplateId>(MusterTags.Template) != current;
}
