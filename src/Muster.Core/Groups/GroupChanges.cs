using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Activities;
using Muster.Core.Health;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Templates;
using Muster.Core.Traffic;

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
        GroupRules.Reason(origin.Reason, errors, isAlone: false);
        var isTemplateGiven = IsTemplateGiven(asked.Template, errors);
        if (!isTemplateGiven && !asked.Layout.HasPlacements)
        {
            errors.Add(new("template", null, "the id or name of a template; or placements, for a group in several places"));
        }

        var name = GroupRules.Name(asked.Name, errors);
        var layout = LayoutRules.Resolve(asked.Layout, asked.Template, isTemplateGiven, current: null, home: null, errors);
        var before = errors.Count;
        var capacity = GroupRules.Capacity(asked.Capacity, current: null, limit, isAlone: false, errors);
        if (layout is not null && errors.Count == before)
        {
            LayoutRules.CheckBounds(layout, capacity.Min, capacity.Max, errors);
        }

        var group = new Group
        {
            Id = asked.Id,
            Account = asked.Account,
            Name = name,
            Template = Home(layout) ?? asked.Template?.Id ?? default,
            Layout = layout,
            Capacity = capacity,
            Interval = GroupRules.Interval(asked.IntervalSeconds, Group.IntervalDefault, errors),
            ScaleIn = GroupRules.ScaleIn(asked.ScaleIn, Group.ScaleInDefault, errors),
            Brakes = GroupRules.Brakes(asked.Brakes, new(), errors),
            Health = HealthRules.Resolve(asked.Health, current: null, errors),
            Repair = RepairRules.Resolve(asked.Repair, new(), errors),
            Drain = DrainRules.Resolve(asked.Drain, current: null, errors),
            // Nothing was launched before there was the group, whatever the clocks of those that launch for it say.
            Hooks = HookRules.Resolve(asked.Hooks, Hooks.None, DateTimeOffset.UnixEpoch, errors),
            Traffic = TrafficRules.Resolve(asked.Traffic, TrafficUses.None, asked.TrafficSources, errors),
            LifetimeMax = GroupRules.LifetimeMax(asked.LifetimeMaxSeconds, current: null, errors),
            Pool = PoolRules.Resolve(
                asked.Pool, current: null, Named(asked.Layout, asked.Template).Select(template => template.Cloud), errors),
            Version = 1,
            CreatedAt = origin.At,
            UpdatedAt = origin.At,
            ScaledAt = origin.At,
            ScaledBy = origin.Author,
            ScaledFor = GroupRules.GivenReason(origin),
            HeldUntil = GroupRules.HeldUntil(asked.Capacity, isAlone: false, errors),
        };
        TrafficRules.CheckDrain(group.Drain, group.Traffic, errors);
        CheckCosts(layout, asked.Template, Named(asked.Layout, asked.Template), group.Brakes, asked.Prices, errors);
        InputException.ThrowIfAny(errors);
        var where = layout is null
            ? $"from template {asked.Template?.Name}"
            : new LayoutWords(Named(asked.Layout, asked.Template)).Describe(layout);
        return Told(
            group, activity, origin, Invariant($"created with capacity {capacity.Desired} ({capacity.Min} to {capacity.Max}) {where}"));
    }

    /// <summary>Another capacity. The same one again is a change like any other: its reason counts.</summary>
    /// <param name="group">The group before.</param>
    /// <param name="change">What is asked.</param>
    /// <param name="limit">The installation's limit.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <param name="isAlone">Whether fields in refusals are called <c>min</c>, and not <c>capacity.min</c> as among others.</param>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange SetCapacity(Group group, CapacityChange change, int limit, ActivityId activity, bool isAlone = true)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: false, errors);
        GroupRules.Reason(change.Origin.Reason, errors, isAlone);
        var capacity = Resized(group, change, limit, isAlone, errors);
        if (group.Layout is { } layout)
        {
            LayoutRules.CheckCapacity(layout, change.Min, change.Max, isAlone, errors);
        }

        var changed = Scaled(After(group, change.Origin) with { Capacity = capacity }, change, isAlone, errors);
        InputException.ThrowIfAny(errors);
        return Told(changed, activity, change.Origin, Difference(group.Capacity, capacity) + Held(changed, change));
    }

    /// <summary>Another name, template, placements, interval, scale-in order or brakes.</summary>
    /// <remarks>
    /// Whatever runs stays as it is, on whichever cloud: what is left on a cloud of an earlier revision is found again by <see
    /// cref="Storage.GroupRecord.EarlierTemplates"/>.
    /// </remarks>
    /// <param name="group">The group before.</param>
    /// <param name="current">Its templates before, the group's own first; the others only lend their names to the audit trail.</param>
    /// <param name="edit">What changes.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <param name="errors">What is wrong already; null for nothing.</param>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange Update(
        Group group, ImmutableArray<Template> current, GroupEdit edit, ActivityId activity,
        ImmutableArray<InputError>.Builder? errors = null)
    {
        errors ??= ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: false, errors);
        GroupRules.Reason(edit.Origin.Reason, errors, isAlone: false);
        var layout = LayoutRules.Resolve(
            edit.Layout, edit.Template, IsTemplateGiven(edit.Template, errors), group.Layout, current[0], errors);
        layout = layout is null ? null : layout with { From = group.Layout is { } before ? before.From : current[0].Cloud };
        var evacuations = Kept(group.Evacuations, layout);
        var capacity = edit.Capacity is { } resized ? Resized(group, resized, edit.CapacityLimit, isAlone: false, errors) : group.Capacity;
        if (layout is not null && layout == group.Layout && edit.Capacity is { } bounds)
        {
            LayoutRules.CheckCapacity(layout, bounds.Min, bounds.Max, isAlone: false, errors);
        }
        else if (layout is not null && layout != group.Layout)
        {
            LayoutRules.CheckBounds(layout, capacity.Min, capacity.Max, errors);
            if (!layout.Placements.IsEmpty && evacuations.All.Length == layout.Placements.Length)
            {
                errors.Add(new(
                    "placements", string.Join(", ", layout.Placements.Select(placement => placement.Name)),
                    "at least one that is not evacuated: restore one first"));
            }
        }

        var template = Home(layout) ?? edit.Template?.Id ?? group.Template;
        ImmutableArray<Template> known = [.. current, .. Named(edit.Layout, edit.Template)];
        var changed = After(group, edit.Origin) with
        {
            Name = edit.Name is null ? group.Name : GroupRules.Name(edit.Name, errors),
            Template = template,
            Layout = layout,
            Revision = template == group.Template && layout == group.Layout ? group.Revision : group.Revision + 1,
            Evacuations = evacuations,
            Capacity = capacity,
            Interval = GroupRules.Interval(edit.IntervalSeconds, group.Interval, errors),
            ScaleIn = GroupRules.ScaleIn(edit.ScaleIn, group.ScaleIn, errors),
            Brakes = GroupRules.Brakes(edit.Brakes, group.Brakes, errors),
            Health = HealthRules.Resolve(edit.Health, group.Health, errors),
            Repair = RepairRules.Resolve(edit.Repair, group.Repair, errors),
            Drain = DrainRules.Resolve(edit.Drain, group.Drain, errors),
            Hooks = HookRules.Resolve(edit.Hooks, group.Hooks, edit.Origin.At, errors),
            Traffic = TrafficRules.Resolve(edit.Traffic, group.Traffic, edit.TrafficSources, errors),
            LifetimeMax = GroupRules.LifetimeMax(edit.LifetimeMaxSeconds, group.LifetimeMax, errors),
            Pool = PoolRules.Resolve(
                edit.Pool, group.Pool, known.Where(one => IsUsed(one, template, layout)).Select(one => one.Cloud), errors),
        };
        if (changed.Drain != group.Drain || changed.Traffic != group.Traffic)
        {
            TrafficRules.CheckDrain(changed.Drain, changed.Traffic, errors);
        }

        if (edit.Brakes.SpendPerHourMax is not null || edit.Layout.Distribution is not null
            || template != group.Template || layout != group.Layout)
        {
            CheckCosts(layout, edit.Template ?? current[0], known, changed.Brakes, edit.Prices, errors);
        }

        if (edit.Capacity is { } said)
        {
            changed = Scaled(changed, said, isAlone: false, errors);
        }

        InputException.ThrowIfAny(errors);
        return Told(
            changed,
            activity,
            edit.Origin,
            Difference(group, changed, new(known), edit.Capacity is not null) + (edit.Capacity is { } word ? Held(changed, word) : ""));
    }

    /// <summary>The same of a group with a template and no list.</summary>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange Update(
        Group group, Template current, GroupEdit edit, ActivityId activity, ImmutableArray<InputError>.Builder? errors = null) =>
        Update(group, [current], edit, activity, errors);

    /// <summary>
    /// Another template and capacity in one step, for callers that always send both, and know of no placements: a group that has some keeps
    /// them as long as they send the first one's template.
    /// </summary>
    /// <param name="group">The group before.</param>
    /// <param name="current">Its template before.</param>
    /// <param name="template">Its template after.</param>
    /// <param name="change">Its capacity after.</param>
    /// <param name="limit">The installation's limit.</param>
    /// <param name="prices">What instances cost: another template must leave the group's limit room for one of it.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <exception cref="InputException">Something is wrong, or the group is no longer active.</exception>
    public static GroupChange Replace(
        Group group, Template current, Template template, CapacityChange change, int limit, PriceBook prices, ActivityId activity)
    {
        return Update(
            group,
            current,
            new()
            {
                Template = template.Id == current.Id ? null : template,
                Capacity = change,
                CapacityLimit = limit,
                Prices = prices,
                Origin = change.Origin,
            },
            activity);
    }

    /// <summary>
    /// Empties a placement that a person knows to be bad: its members are launched elsewhere first, and nothing is launched there until it
    /// is restored.
    /// </summary>
    /// <param name="group">The group before.</param>
    /// <param name="placement">Which, by name.</param>
    /// <param name="ignoresDead">Whether what is there counts as dead already; see <see cref="Evacuation.IgnoresDead"/>.</param>
    /// <param name="origin">Who, when and why.</param>
    /// <param name="activity">The id of the entry in the audit trail.</param>
    /// <remarks>
    /// A placement that is evacuated already stays so since when it was, and counts its members as dead or not as said last.
    /// </remarks>
    /// <exception cref="InputException">There is no such placement, or no other that is not evacuated.</exception>
    public static GroupChange Evacuate(Group group, string? placement, bool ignoresDead, ChangeOrigin origin, ActivityId activity)
    {
        var name = CheckPlacement(group, placement, origin, out var errors);
        var known = group.Evacuations.Of(name);
        var all = group.Evacuations.All.RemoveAll(one => one.Placement == name)
            .Add(new(name, ignoresDead, known?.Since ?? origin.At));
        if (errors.Count == 0 && all.Length == group.Layout!.Placements.Length)
        {
            errors.Add(
                new("placement", name, "a group needs one placement that is not evacuated, and this is the last: restore another first"));
        }

        InputException.ThrowIfAny(errors);
        return Told(
            After(group, origin) with { Evacuations = new(all) }, activity, origin,
            $"evacuated placement {name}{(ignoresDead ? ", what is there counting as dead" : "")}");
    }

    /// <summary>Ends an evacuation: launches go to the placement again.</summary>
    /// <exception cref="InputException">There is no such placement.</exception>
    public static GroupChange Restore(Group group, string? placement, ChangeOrigin origin, ActivityId activity)
    {
        var name = CheckPlacement(group, placement, origin, out var errors);
        InputException.ThrowIfAny(errors);
        var left = group.Evacuations.All.RemoveAll(one => one.Placement == name);
        return Told(
            After(group, origin) with { Evacuations = left.IsEmpty ? Evacuations.None : new(left) }, activity, origin,
            $"restored placement {name}");
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

    /// <summary>
    /// What prices say of a group as it is to be. Of one that is wrong in itself, nothing more can be said with certainty.
    /// </summary>
    private static void CheckCosts(
        Layout? layout, Template? template, IEnumerable<Template> known, Brakes brakes, PriceBook? prices,
        ImmutableArray<InputError>.Builder errors)
    {
        if (prices is null || errors.Count > 0)
        {
            return;
        }

        var placements = Placement.AllOf(layout, template, [.. known]);
        if (layout is { Distribution: DistributionKind.Cheapest })
        {
            CostRules.CheckPriced(placements, prices, errors);
        }

        if (brakes.SpendPerHourMax is { } limit)
        {
            CostRules.CheckLimit(limit, placements, prices, errors);
        }
    }

    /// <summary>Whether a template was named, found or not.</summary>
    private static bool IsTemplateGiven(Template? template, ImmutableArray<InputError>.Builder errors) =>
        template is not null || errors.Any(error => error.Field == "template");

    /// <summary>Of a group with placements, the first one's template.</summary>
    private static TemplateId? Home(Layout? layout) => layout is { Placements: [var first, ..] } ? first.Template : null;

    /// <summary>Whether a group is to be launched from a template: its only one, or that of a placement.</summary>
    private static bool IsUsed(Template one, TemplateId only, Layout? layout) => layout is null
        ? one.Id == only
        : layout.Placements.Any(placement => placement.Template == one.Id);

    /// <summary>The templates that a change names.</summary>
    private static IEnumerable<Template> Named(LayoutEdit edit, Template? template)
    {
        foreach (var named in (edit.Placements ?? []).Select(placement => placement.Template).Append(template))
        {
            if (named is not null)
            {
                yield return named;
            }
        }
    }

    /// <summary>The evacuations of placements that are still there.</summary>
    private static Evacuations Kept(Evacuations evacuations, Layout? layout)
    {
        var kept = evacuations.All.RemoveAll(one => layout?.Placements.Any(placement => placement.Name == one.Placement) is not true);
        return kept.IsEmpty ? Evacuations.None : new(kept);
    }

    private static string CheckPlacement(
        Group group, string? placement, ChangeOrigin origin, out ImmutableArray<InputError>.Builder errors)
    {
        errors = ImmutableArray.CreateBuilder<InputError>();
        CheckPhase(group, mayDrain: false, errors);
        GroupRules.Reason(origin.Reason, errors);
        if (group.Layout is not { } layout)
        {
            errors.Add(new("placement", placement, "none: this group has a template and no list of placements"));
        }
        else if (layout.Placements.All(known => known.Name != placement))
        {
            errors.Add(new(
                "placement", InputError.Shown(placement),
                $"one of the group's placements: {string.Join(", ", layout.Placements.Select(known => known.Name))}"));
        }

        return placement ?? "";
    }

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

    /// <summary>
    /// The group after a person said how many there are to be: their word counts from then on, and for as long as they hold it.
    /// </summary>
    private static Group Scaled(Group group, CapacityChange change, bool isAlone, ImmutableArray<InputError>.Builder errors)
    {
        var heldUntil = GroupRules.HeldUntil(change, isAlone, errors);
        return change.Desired is null && change.HoldFor is null ? group : group with
        {
            ScaledAt = change.Origin.At,
            ScaledBy = change.Origin.Author,
            ScaledFor = GroupRules.GivenReason(change.Origin),
            HeldUntil = heldUntil,
        };
    }

    private static string Held(Group group, CapacityChange change) => change.HoldFor > TimeSpan.Zero && group.HeldUntil is { } until
        ? Invariant($", held against policies until {until.UtcDateTime:u}")
        : "";

    private static Capacity Resized(
        Group group, CapacityChange change, int limit, bool isAlone, ImmutableArray<InputError>.Builder errors)
    {
        if (change is { Desired: null, Min: null, Max: null })
        {
            errors.Add(new(isAlone ? "desired" : "capacity.desired", null, "at least one of desired, min and max"));
        }

        return GroupRules.Capacity(change, group.Capacity, limit, isAlone, errors);
    }

    private static string Difference(Group before, Group after, LayoutWords words, bool isResized)
    {
        var differences = new List<string>();
        AddDifference(differences, "name", before.Name, after.Name);
        differences.AddRange(words.Differences(before.Layout, before.Template, after.Layout, after.Template));
        AddDifference(differences, "interval_s", before.Interval.TotalSeconds, after.Interval.TotalSeconds);
        AddDifference(differences, "scale_in", GroupRules.Word(before.ScaleIn), GroupRules.Word(after.ScaleIn));
        AddDifference(differences, "launches_in_flight_max", before.Brakes.LaunchesInFlightMax, after.Brakes.LaunchesInFlightMax);
        AddDifference(differences, "launches_per_check_max", before.Brakes.LaunchesPerCheckMax, after.Brakes.LaunchesPerCheckMax);
        AddDifference(
            differences, "terminations_per_check_max", before.Brakes.TerminationsPerCheckMax, after.Brakes.TerminationsPerCheckMax);
        AddDifference(differences, "launches_per_hour_max", before.Brakes.LaunchesPerHourMax, after.Brakes.LaunchesPerHourMax);
        AddDifference(
            differences, "terminations_per_hour_max", before.Brakes.TerminationsPerHourMax, after.Brakes.TerminationsPerHourMax);
        if (before.Brakes.SpendPerHourMax != after.Brakes.SpendPerHourMax)
        {
            differences.Add($"spend_per_hour_max {Limit(before.Brakes)} → {Limit(after.Brakes)}");
        }

        differences.AddRange(HealthWords.Differences(before.Health, after.Health));
        differences.AddRange(HealthWords.Differences(before.Repair, after.Repair));
        differences.AddRange(LifeWords.Differences(before.Drain, after.Drain));
        differences.AddRange(LifeWords.Differences(before.Hooks, after.Hooks));
        differences.AddRange(TrafficWords.Differences(before.Traffic, after.Traffic));
        AddDifference(differences, "lifetime_max", Lifetime(before), Lifetime(after));
        AddDifference(differences, "pool", PoolRules.Of(before.Pool), PoolRules.Of(after.Pool));
        if (isResized)
        {
            differences.Add(Difference(before.Capacity, after.Capacity));
        }

        return differences.Count == 0 ? "updated without a difference" : string.Join(", ", differences);
    }

    private static string Limit(Brakes brakes) => brakes.SpendPerHourMax is { } limit ? Money.Text(limit) : "off";

    private static string Lifetime(Group group) => group.LifetimeMax is { } most ? DurationText.Format(most) : "off";

    private static void AddDifference<T>(List<string> differences, string what, T before, T after) where T : IEquatable<T>
    {
        if (!before.Equals(after))
        {
            differences.Add(Invariant($"{what} {before} → {after}"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
