using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Templates;

namespace Muster.Core.Groups;

/// <summary>Every change that a user can make to a group, as pure functions: the group after it, and what the audit trail learns.</summary>
/// <remarks>
/// Each throws <see cref="InputException"/> with every wrong field at once. What the caller already found wrong, such as an
/// unknown template, comes in with <c>errors</c> and is reported together with the rest.
/// </remarks>
public static class GroupChanges
{
    private static readonly (Suspension Flag, string Word)[] SuspensionWords =
        [(Suspension.Launch, "launch"), (Suspension.Terminate, "terminate"), (Suspension.Replace, "replace")];

    /// <summary>A new group.</summary>
    /// <param name="asked">What is asked for.</param>
    /// <param name="limit">The installation's limit of <see cref="Capacity.Max"/>.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <param name="errors">What is wrong already; null for nothing.</param>
    /// <exception cref="InputException">Something is wrong.</exception>
    public static GroupChange Create(
        NewGroup asked, int limit, ActivityId activity, ImmutableArray<InputError>.Builder? errors = null)
    {
        errors ??= ImmutableArray.CreateBuilder<InputError>();
        var origin = asked.Capacity.Origin;
        GroupRules.Reason(origin.Reason, errors);
        if (asked.Template is null && !errors.Any(error => error.Field == "template"))
        {
            errors.Add(new("template", null, "the id or name of a template"));
        }

        var group = new Group
        {
            Id = asked.Id,
            Account = asked.Account,
            Name = GroupRules.Name(asked.Name, errors),
            Template = asked.Template?.Id ?? default,
            Capacity = GroupRules.Capacity(asked.Capacity, current: null, limit, errors),
            Interval = GroupRules.Interval(asked.IntervalSeconds, Group.IntervalDefault, errors),
            ScaleIn = GroupRules.ScaleIn(asked.ScaleIn, Group.ScaleInDefault, errors),
            Brakes = GroupRules.Brakes(asked.Brakes, new(), errors),
            Version = 1,
            CreatedAt = origin.At,
            UpdatedAt = origin.At,
            ScaledAt = origin.At,
        };
        InputException.ThrowIfAny(errors);
        var capacity = group.Capacity;
        return Told(group, activity, origin, Invariant(
            $"created with capacity {capacity.Desired} ({capacity.Min} to {capacity.Max}) from template {asked.Template?.Name}"));
    }

    /// <summary>Another capacity. The same one again is a change like any other: its reason counts.</summary>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange SetCapacity(Group group, CapacityChange change, int limit, ActivityId activity)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: false, errors);
        GroupRules.Reason(change.Origin.Reason, errors);
        if (change is { Desired: null, Min: null, Max: null })
        {
            errors.Add(new("desired", null, "at least one of desired, min and max"));
        }

        var capacity = GroupRules.Capacity(change, group.Capacity, limit, errors);
        InputException.ThrowIfAny(errors);
        var changed = After(group, change.Origin) with { Capacity = capacity };
        return Told(
            change.Desired is null ? changed : changed with { ScaledAt = change.Origin.At },
            activity,
            change.Origin,
            Difference(group.Capacity, capacity));
    }

    /// <summary>Another name, template, interval, scale-in order or brakes.</summary>
    /// <param name="group">The group before.</param>
    /// <param name="current">Its template before.</param>
    /// <param name="edit">What changes.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <param name="errors">What is wrong already; null for nothing.</param>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange Update(
        Group group, Template current, GroupEdit edit, ActivityId activity, ImmutableArray<InputError>.Builder? errors = null)
    {
        errors ??= ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: false, errors);
        GroupRules.Reason(edit.Origin.Reason, errors);
        if (edit.Template is { } other && other.Cloud != current.Cloud)
        {
            // Its instances live on the old cloud: nobody would look for them there again, and they would run for ever.
            errors.Add(new(
                "template",
                other.Name,
                $"a template on cloud {current.Cloud}, where the group's instances are; this one is on {other.Cloud}"));
        }

        var changed = After(group, edit.Origin) with
        {
            Name = edit.Name is null ? group.Name : GroupRules.Name(edit.Name, errors),
            Template = edit.Template?.Id ?? group.Template,
            Revision = edit.Template is { } next && next.Id != group.Template ? group.Revision + 1 : group.Revision,
            Interval = GroupRules.Interval(edit.IntervalSeconds, group.Interval, errors),
            ScaleIn = GroupRules.ScaleIn(edit.ScaleIn, group.ScaleIn, errors),
            Brakes = GroupRules.Brakes(edit.Brakes, group.Brakes, errors),
        };
        InputException.ThrowIfAny(errors);
        return Told(changed, activity, edit.Origin, Difference(group, changed, current, edit.Template));
    }

    /// <summary>Another template and capacity in one step, for callers that always send both.</summary>
    /// <param name="group">The group before.</param>
    /// <param name="current">Its template before.</param>
    /// <param name="template">Its template after; may be the same.</param>
    /// <param name="change">Its capacity after.</param>
    /// <param name="limit">The installation's limit of <see cref="Capacity.Max"/>.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange Replace(
        Group group, Template current, Template template, CapacityChange change, int limit, ActivityId activity)
    {
        var updated = Update(group, current, new() { Template = template, Origin = change.Origin }, activity).Group;
        var changed = SetCapacity(updated, change, limit, activity).Group with { Version = group.Version + 1 };
        var capacity = Difference(group.Capacity, changed.Capacity);
        return Told(changed, activity, change.Origin, template.Id == current.Id
            ? capacity
            : Invariant($"template {current.Name} → {template.Name}, {capacity}"));
    }

    /// <summary>Switches off what is named, beside what is off already.</summary>
    /// <remarks>A draining group may be suspended too: it is the way to stop terminations.</remarks>
    /// <exception cref="InputException">Nothing is named, or the group is archived.</exception>
    public static GroupChange Suspend(Group group, Suspension what, ChangeOrigin origin, ActivityId activity)
    {
        CheckSuspension(group, what, origin);
        return Told(After(group, origin) with { Suspended = group.Suspended | what }, activity, origin, $"suspended {Words(what)}");
    }

    /// <summary>Switches on again what is named.</summary>
    /// <exception cref="InputException">Nothing is named, or the group is archived.</exception>
    public static GroupChange Resume(Group group, Suspension what, ChangeOrigin origin, ActivityId activity)
    {
        CheckSuspension(group, what, origin);
        return Told(After(group, origin) with { Suspended = group.Suspended & ~what }, activity, origin, $"resumed {Words(what)}");
    }

    /// <summary>
    /// Deletes it. With its instances kept it is archived at once; else it drains, and is archived with the last of them.
    /// </summary>
    /// <remarks>Keeping the instances of a group that drains already stops the draining and leaves those that remain.</remarks>
    /// <exception cref="InputException">The group is archived already.</exception>
    public static GroupChange Delete(Group group, bool keepInstances, ChangeOrigin origin, ActivityId activity)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: true, errors);
        GroupRules.Reason(origin.Reason, errors);
        InputException.ThrowIfAny(errors);
        var changed = After(group, origin);
        return keepInstances
            ? Told(
                changed with { Phase = GroupPhase.Archived, ArchivedAt = origin.At }, activity, origin,
                "deleted, its instances left as they are")
            : Told(changed with { Phase = GroupPhase.Draining }, activity, origin, "deleted, its instances to be terminated");
    }

    /// <summary>What is switched off, as words: <c>launch</c>, <c>terminate</c>, <c>replace</c>.</summary>
    public static ImmutableArray<string> SuspendedWords(Suspension what) =>
        [.. SuspensionWords.Where(pair => what.HasFlag(pair.Flag)).Select(pair => pair.Word)];

    private static string Words(Suspension what) => string.Join(", ", SuspendedWords(what));

    private static void CheckSuspension(Group group, Suspension what, ChangeOrigin origin)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: true, errors);
        GroupRules.Reason(origin.Reason, errors);
        if ((what & Suspension.All) == Suspension.None)
        {
            errors.Add(new("suspended", null, "at least one of launch, terminate and replace"));
        }

        InputException.ThrowIfAny(errors);
    }

    private static void CheckPhase(Group group, bool mayDrain, ImmutableArray<InputError>.Builder errors)
    {
        if (group.Phase is GroupPhase.Archived || (group.Phase is GroupPhase.Draining && !mayDrain))
        {
            errors.Add(new("group", group.Name, group.Phase is GroupPhase.Draining
                ? "this group is being deleted"
                : "this group is archived"));
        }
    }

    private static Group After(Group group, ChangeOrigin origin) =>
        group with { Version = group.Version + 1, UpdatedAt = origin.At, ScaledAt = group.ScaledAt ?? group.UpdatedAt };

    private static GroupChange Told(Group group, ActivityId activity, ChangeOrigin origin, string what) => new(group, new()
    {
        Id = activity,
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = $"{what} {origin}",
        Author = origin.Author,
        FirstAt = origin.At,
        LastAt = origin.At,
    });

    private static string Difference(Capacity before, Capacity after)
    {
        var desired = before.Desired == after.Desired
            ? Invariant($"capacity stays {after.Desired}")
            : Invariant($"capacity {before.Desired} → {after.Desired}");
        var bounds = new List<string>(2);
        AddDifference(bounds, "min", before.Min, after.Min);
        AddDifference(bounds, "max", before.Max, after.Max);
        return bounds.Count == 0 ? desired : $"{desired} ({string.Join(", ", bounds)})";
    }

    private static string Difference(Group before, Group after, Template current, Template? template)
    {
        var differences = new List<string>();
        AddDifference(differences, "name", before.Name, after.Name);
        AddDifference(differences, "template", current.Name, (template ?? current).Name);
        AddDifference(differences, "interval_s", before.Interval.TotalSeconds, after.Interval.TotalSeconds);
        AddDifference(differences, "scale_in", GroupRules.Word(before.ScaleIn), GroupRules.Word(after.ScaleIn));
        AddDifference(differences, "launches_in_flight_max", before.Brakes.LaunchesInFlightMax, after.Brakes.LaunchesInFlightMax);
        AddDifference(differences, "launches_per_check_max", before.Brakes.LaunchesPerCheckMax, after.Brakes.LaunchesPerCheckMax);
        AddDifference(
            differences, "terminations_per_check_max", before.Brakes.TerminationsPerCheckMax, after.Brakes.TerminationsPerCheckMax);
        AddDifference(differences, "launches_per_hour_max", before.Brakes.LaunchesPerHourMax, after.Brakes.LaunchesPerHourMax);
        AddDifference(
            differences, "terminations_per_hour_max", before.Brakes.TerminationsPerHourMax, after.Brakes.TerminationsPerHourMax);
        return differences.Count == 0 ? "updated without a difference" : string.Join(", ", differences);
    }

    private static void AddDifference<T>(List<string> differences, string what, T before, T after) where T : IEquatable<T>
    {
        if (!before.Equals(after))
        {
            differences.Add(Invariant($"{what} {before} → {after}"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
