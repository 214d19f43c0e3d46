using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>Who runs and does not work. The cloud's word is not among what counts here: by it, the dead are known. Pure.</summary>
internal static class Ailing
{
    /// <summary>Whether an instance runs, and somebody who is not the cloud is sure that it does not work.</summary>
    public static bool IsSick(Instance instance, Roster roster, DateTimeOffset now) =>
        instance.State is InstanceState.Running && roster.NoteOf(instance.Id) is { Findings.IsEmpty: false } note
        && Judge.Of(note.Findings, now) is Verdict.Unhealthy;

    /// <summary>
    /// Whether most of the group is sick at once: then whoever says so is likelier to be wrong, or what all depend on broken, than each of
    /// them. Whom the cloud will take back counts among neither.
    /// </summary>
    public static (bool IsMost, int Sick, int Running) Standing(PlanInput input)
    {
        var (sick, running) = (0, 0);
        var departures = new Departures(input);
        foreach (var slice in input.Slices)
        {
            var (roster, ending) = (input.RosterOf(slice), input.EndingIn(slice));
            foreach (var instance in slice.Owned)
            {
                if (instance.State is InstanceState.Running && ending?.Contains(instance.Id) is not true
                    && !Inventory.IsDraining(instance, roster)
                    && !Inventory.IsUnwanted(instance, roster) && !Inventory.IsAside(instance, roster, input.Group)
                    && !departures.Contains(instance))
                {
                    running++;
                    sick += IsSick(instance, roster, input.Now) ? 1 : 0;
                }
            }
        }

        return (InstanceCounts.IsMost(sick, running), sick, running);
    }
}
