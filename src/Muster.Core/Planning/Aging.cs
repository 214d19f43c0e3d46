using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>Who runs and is older than its group wants its instances to become. Pure.</summary>
internal static class Aging
{
    /// <summary>Whether an instance runs and its lifetime is over.</summary>
    public static bool IsOver(Instance instance, Group group, DateTimeOffset now) =>
        group.LifetimeMax is { } most && instance.State is InstanceState.Running && Lifetime.Left(instance, most, now) <= TimeSpan.Zero;

    /// <summary>
    /// The one of the whole group that is replaced next: one at a time, however many are due. One that is unhealthy and stays as such goes
    /// before those that work, then the one that has been due for longest.
    /// </summary>
    public static Instance? Next(PlanInput input)
    {
        if (input.Group.LifetimeMax is not { } most)
        {
            return null;
        }

        (bool Works, TimeSpan Left, InstanceId Id)? first = null;
        Instance? next = null;
        foreach (var slice in input.Slices)
        {
            if (slice.Blind is not null || slice.IsLeft(input.Group))
            {
                // Where members move away from anyway, none is launched in another's place.
                continue;
            }

            var (roster, ending) = (input.RosterOf(slice), input.EndingIn(slice));
            foreach (var instance in slice.Owned)
            {
                if (!IsOver(instance, input.Group, input.Now) || !MayGo(input, instance, roster, ending))
                {
                    continue;
                }

                var key = (!Ailing.IsSick(instance, roster, input.Now), Lifetime.Left(instance, most, input.Now), instance.Id);
                if (first is null || key.CompareTo(first.Value) < 0)
                {
                    (first, next) = (key, instance);
                }
            }
        }

        return next;
    }

    /// <summary>When the next instance is due that is not yet; null for never.</summary>
    public static DateTimeOffset? NextAt(Group group, IEnumerable<Slice> slices, DateTimeOffset now)
    {
        if (group.LifetimeMax is not { } most || group.Phase is not GroupPhase.Active)
        {
            return null;
        }

        TimeSpan? soonest = null;
        foreach (var slice in slices)
        {
            foreach (var instance in slice.Owned)
            {
                if (instance.IsLive && Lifetime.Left(instance, most, now) is var left && left > TimeSpan.Zero && !(soonest < left))
                {
                    soonest = left;
                }
            }
        }

        return now + soonest;
    }

    private static bool MayGo(PlanInput input, Instance instance, Roster roster, HashSet<InstanceId>? ending) =>
        ending?.Contains(instance.Id) is not true && !instance.IsLeaving(input.Now)
        && !Inventory.IsDraining(instance, roster)
        && !Inventory.IsUnwanted(instance, roster) && !Inventory.IsAside(instance, roster, input.Group)
        && !Inventory.IsProtected(instance, roster)

        // Who is unhealthy and replaced as such needs no other reason.
        && !(input.Group.Repair.Mode is RepairMode.Replace && Ailing.IsSick(instance, roster, input.Now));
}
