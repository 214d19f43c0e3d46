using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core.Groups;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>Who goes first when there are too many.</summary>
internal static class ScaleIn
{
    /// <summary>
    /// The first <paramref name="count"/> in the group's order: those not running before those that run. Those that are protected
    /// from deletion are passed over, so there may be fewer.
    /// </summary>
    /// <param name="inventory">Of these.</param>
    /// <param name="group">Says the order.</param>
    /// <param name="count">How many.</param>
    /// <param name="wasAsked">
    /// Those that were told to end already and are still there. They come first: their end may yet come, and must not cost another's place.
    /// </param>
    public static ImmutableArray<Instance> Choose(Inventory inventory, Group group, int count, Func<Instance, bool> wasAsked) =>
    [
        .. InOrder(inventory.Unknown, group)
            .Concat(InOrder(inventory.Provisioning, group))
            .Concat(InOrder(inventory.Running, group))
            .Where(instance => !instance.IsProtected)
            .OrderByDescending(wasAsked)
            .Take(count),
    ];

    /// <summary>Why this one, in words.</summary>
    public static string Describe(Instance instance, Group group) => instance.State switch
    {
        InstanceState.Running when group.ScaleIn is ScaleInOrder.Newest => "newest first",
        InstanceState.Running when group.ScaleIn is ScaleInOrder.OutdatedFirst && IsOutdated(instance, group) => "made from another template than the group's",
        InstanceState.Running => "oldest first",
        _ => $"{Words.Of(instance.State)}: not running goes first",
    };

    private static IOrderedEnumerable<Instance> InOrder(IEnumerable<Instance> instances, Group group) => group.ScaleIn switch
    {
        ScaleInOrder.Oldest => instances.OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ScaleInOrder.Newest => instances.OrderByDescending(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        ScaleInOrder.OutdatedFirst => instances.OrderBy(instance => !IsOutdated(instance, group))
            .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id),
        _ => throw new UnreachableException($"scale-in order {group.ScaleIn}"),
    };

    private static bool IsOutdated(Instance instance, Group group) =>
        instance.Read<TemplateId>(MusterTags.Template) != group.Template;
}
