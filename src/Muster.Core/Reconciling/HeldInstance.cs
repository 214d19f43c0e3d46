using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>One hook that holds one instance: what whoever tells its owner has to know.</summary>
/// <param name="Instance">Which.</param>
/// <param name="Hook">By which hook.</param>
/// <param name="Gate">Since when, and until when.</param>
public sealed record HeldInstance(Instance Instance, Hook Hook, Gate Gate)
{
    /// <summary>Those of a group that wait for an answer on one cloud.</summary>
    /// <param name="record">The group.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="owned">All of the group's own instances there, from a whole listing.</param>
    /// <param name="lookedAt">When that began.</param>
    /// <param name="now">The instant.</param>
    /// <returns>By instance, then in the order of the hooks. An instance that is up since this look is among them.</returns>
    public static ImmutableArray<HeldInstance> Read(
        GroupRecord record, string cloud, ImmutableArray<Instance> owned, DateTimeOffset lookedAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Group.Hooks.All.IsEmpty)
        {
            return [];
        }

        var known = record.State.Members.RemoveAll(member => (member.Cloud ?? cloud) != cloud);
        var view = record with { State = record.State with { Members = known } };
        var launching = HookReading.Read(view, cloud, owned, [], lookedAt, now).Members;
        var roster = Roster.Of(known.AddRange(launching), record.Notes.RemoveAll(note => note.Cloud != cloud));
        var held = ImmutableArray.CreateBuilder<HeldInstance>();
        foreach (var instance in owned)
        {
            if (instance.State is not InstanceState.Running || IsEnding(record, cloud, instance))
            {
                continue;
            }

            var gates = Gates.Of(
                record.Group.Drain, record.Group.Hooks, roster.Find(instance.Id), roster.NoteOf(instance.Id), now);
            if (gates.State is not GateState.Waiting)
            {
                continue;
            }

            foreach (var gate in gates.Waiting)
            {
                if (record.Group.Hooks.Find(gate.Name) is { } hook)
                {
                    held.Add(new(instance, hook, gate));
                }
            }
        }

        return held.DrainToImmutable();
    }

    private static bool IsEnding(GroupRecord record, string cloud, Instance instance) => record.State.RecentTerminations.Any(
        one => one.IsBelieved && one.Instance == instance.Id && (one.Cloud ?? cloud) == cloud);
}
