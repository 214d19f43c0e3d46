using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Members;
using Muster.Core.Prices;

namespace Muster.Core.Groups;

/// <summary>What a group must be. Each rule takes what was asked, adds what is wrong, and returns what is in force.</summary>
public static class GroupRules
{
    /// <summary>Most instances of one group unless the installation says otherwise: a typing error should not cost a fortune.</summary>
    public const int CapacityLimitDefault = 1000;

    /// <summary>The scale-in orders as they are written.</summary>
    public const string ScaleInWords = "oldest, newest, outdated-first or least-busy";

    /// <summary>How an order is written.</summary>
    public static string Word(ScaleInOrder order) => order switch
    {
        ScaleInOrder.Oldest => "oldest",
        ScaleInOrder.Newest => "newest",
        ScaleInOrder.OutdatedFirst => "outdated-first",
        ScaleInOrder.LeastBusy => "least-busy",
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, null),
    };

    /// <summary>The name, by the rule of <see cref="EntityName"/>.</summary>
    /// <param name="name">What was asked; nothing is wrong, too.</param>
    /// <param name="errors">Gets what is wrong, as <c>name</c>.</param>
    /// <returns>The name; empty when there is none.</returns>
    public static string Name(string? name, ImmutableArray<InputError>.Builder errors)
    {
        if (!EntityName.IsValid(name))
        {
            errors.Add(new("name", InputError.Shown(name), EntityName.RuleFor(name)));
        }

        return name ?? "";
    }

    /// <summary>The scale-in order, by its word.</summary>
    /// <param name="word">What was asked: one of <see cref="ScaleInWords"/>, or null for what is in force.</param>
    /// <param name="otherwise">What is in force.</param>
    /// <param name="errors">Gets what is wrong, as <c>scale_in</c>.</param>
    public static ScaleInOrder ScaleIn(string? word, ScaleInOrder otherwise, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case null:
                return otherwise;
            case "oldest":
                return ScaleInOrder.Oldest;
            case "newest":
                return ScaleInOrder.Newest;
            case "outdated-first":
                return ScaleInOrder.OutdatedFirst;
            case "least-busy":
                return ScaleInOrder.LeastBusy;
            default:
                errors.Add(new("scale_in", InputError.Shown(word) ?? "", ScaleInWords));
                return otherwise;
        }
    }

    internal static TimeSpan Interval(double? seconds, TimeSpan otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (seconds is not { } asked)
        {
            return otherwise;
        }

        if (asked >= Group.IntervalMin.TotalSeconds && asked <= Group.IntervalMax.TotalSeconds)
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new(
            "interval_s", Text(asked), $"{Text(Group.IntervalMin.TotalSeconds)} to {Text(Group.IntervalMax.TotalSeconds)} seconds"));
        return otherwise;
    }

    /// <summary>How old instances become at most.</summary>
    /// <param name="seconds">What was asked: 0 for as long as they last, null for what is in force.</param>
    /// <param name="current">What is in force; null for as long as they last.</param>
    /// <param name="errors">Gets what is wrong, as <c>lifetime_max_s</c>.</param>
    public static TimeSpan? LifetimeMax(double? seconds, TimeSpan? current, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (seconds is not { } asked)
        {
            return current;
        }

        if (asked is 0)
        {
            return null;
        }

        if (asked >= Lifetime.Min.TotalSeconds && asked <= Lifetime.Max.TotalSeconds)
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new(
            "lifetime_max_s", Text(asked),
            $"{Text(Lifetime.Min.TotalSeconds)} to {Text(Lifetime.Max.TotalSeconds)} seconds: an hour to 3650 days; 0 for no such limit"));
        return current;
    }

    /// <param name="change">What is asked.</param>
    /// <param name="current">What is in force; null for a new group.</param>
    /// <param name="limit">The installation's limit.</param>
    /// <param name="isAlone">Whether nothing but the capacity is asked for; otherwise it is a field of its own among others.</param>
    /// <param name="errors">What is wrong.</param>
    internal static Capacity Capacity(
        CapacityChange change, Capacity? current, int limit, bool isAlone, ImmutableArray<InputError>.Builder errors)
    {
        var min = change.Min ?? current?.Min ?? 0;
        var max = change.Max ?? current?.Max ?? limit;
        var prefix = isAlone ? "" : "capacity.";
        var before = errors.Count;
        if (change.Min is < 0 || change.Min > limit)
        {
            errors.Add(new($"{prefix}min", Text(min), $"0 to {Text(limit)}"));
        }

        if (change.Max is < 0 || change.Max > limit)
        {
            errors.Add(new($"{prefix}max", Text(max), $"0 to {Text(limit)}, this installation's limit"));
        }

        if (min > max)
        {
            errors.Add(new(
                change.Min is null && change.Max is not null ? $"{prefix}max" : $"{prefix}min",
                Text(change.Min is null && change.Max is not null ? max : min),
                $"min at most max, and min is {Text(min)}, max {Text(max)}"));
        }

        if ((change.Desired ?? current?.Desired) is not { } desired)
        {
            errors.Add(new($"{prefix}desired", null, $"0 to {Text(limit)}"));
            desired = min;
        }
        else if (errors.Count > before)
        {
            // With wrong bounds only what holds for any bounds can be said.
            if (desired < 0 || desired > limit)
            {
                errors.Add(new($"{prefix}desired", Text(desired), $"0 to {Text(limit)}"));
            }
        }
        else if (change.Desired is null && (desired < min || desired > max))
        {
            // Nobody asked for another level: what is wrong is the bound.
            errors.Add(desired < min
                ? new($"{prefix}min", Text(min), $"at most {Text(desired)}, the group's capacity")
                : new($"{prefix}max", Text(max), $"at least {Text(desired)}, the group's capacity"));
        }
        else if (desired < min)
        {
            errors.Add(new($"{prefix}desired", Text(desired), min == 0 ? $"0 to {Text(max)}" : $"at least {Text(min)}, the group's min"));
        }
        else if (desired > max)
        {
            errors.Add(new($"{prefix}desired", Text(desired), max == limit
                ? $"at most {Text(limit)}, this installation's limit"
                : $"at most {Text(max)}, the group's max"));
        }
        else if (change.Desired is not null && desired > limit)
        {
            // The limit was lowered after the group was made: what runs may stay, but nobody asks for more.
            errors.Add(new($"{prefix}desired", Text(desired), $"at most {Text(limit)}, this installation's limit"));
        }

        return new() { Desired = desired, Min = min, Max = max };
    }

    /// <summary>The brakes, each within its range.</summary>
    /// <param name="edit">What was asked.</param>
    /// <param name="current">What is in force, for what was not.</param>
    /// <param name="errors">Gets what is wrong, as <c>brakes.launches_per_hour_max</c> and the like.</param>
    public static Brakes Brakes(BrakesEdit edit, Brakes current, ImmutableArray<InputError>.Builder errors) => new()
    {
        LaunchesInFlightMax = Bounded(
            "launches_in_flight_max", edit.LaunchesInFlightMax, Groups.Brakes.InFlightLimit, current.LaunchesInFlightMax, errors),
        LaunchesPerCheckMax = Bounded(
            "launches_per_check_max", edit.LaunchesPerCheckMax, Groups.Brakes.PerCheckLimit, current.LaunchesPerCheckMax, errors),
        TerminationsPerCheckMax = Bounded(
            "terminations_per_check_max",
            edit.TerminationsPerCheckMax,
            Groups.Brakes.PerCheckLimit,
            current.TerminationsPerCheckMax,
            errors),
        LaunchesPerHourMax = Bounded(
            "launches_per_hour_max", edit.LaunchesPerHourMax, Groups.Brakes.PerHourLimit, current.LaunchesPerHourMax, errors),
        TerminationsPerHourMax = Bounded(
            "terminations_per_hour_max", edit.TerminationsPerHourMax, Groups.Brakes.PerHourLimit, current.TerminationsPerHourMax, errors),
        SpendPerHourMax = SpendLimit("brakes.spend_per_hour_max", edit.SpendPerHourMax, current.SpendPerHourMax, errors),
    };

    /// <summary>A limit on what is spent an hour, whosever.</summary>
    /// <param name="field">How it is called.</param>
    /// <param name="asked">What was asked; <see cref="PriceRules.NoLimit"/> for none, null for what is in force.</param>
    /// <param name="current">What is in force.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static decimal? SpendLimit(string field, decimal? asked, decimal? current, ImmutableArray<InputError>.Builder errors)
    {
        if (asked is { } limit && !PriceRules.IsAmount(limit, PriceRules.SpendMax))
        {
            errors.Add(new(field, Text(limit), PriceRules.SpendRule));
        }

        return asked is null ? current : asked is PriceRules.NoLimit ? null : asked;
    }

    internal static void Reason(string? reason, ImmutableArray<InputError>.Builder errors, bool isAlone = true)
    {
        // Control characters would let one line of a log or a terminal pose as another.
        if (reason is not null && (reason.Length > ChangeOrigin.ReasonLengthMax || reason.Any(char.IsControl)))
        {
            errors.Add(new(
                isAlone ? "reason" : "capacity.reason", InputError.Shown(reason),
                $"at most {ChangeOrigin.ReasonLengthMax} characters, no control characters"));
        }
    }

    private static int Bounded(string field, int? asked, int max, int current, ImmutableArray<InputError>.Builder errors)
    {
        if (asked is < 1 || asked > max)
        {
            errors.Add(new($"brakes.{field}", Text(asked.Value), $"1 to {Text(max)}"));
        }

        return asked ?? current;
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Longest time for which a person may keep policies away at once.</summary>
    public static readonly TimeSpan HoldMax = TimeSpan.FromDays(30);

    /// <summary>Until when a person holds what they set; null for not at all.</summary>
    public static DateTimeOffset? HeldUntil(CapacityChange change, bool isAlone, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(errors);
        if (change.HoldFor is not { } time)
        {
            return null;
        }

        if (time < TimeSpan.Zero || time > HoldMax)
        {
            errors.Add(new(
                isAlone ? "hold_s" : "capacity.hold_s", time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                "seconds, 0 to 2592000: 30 days"));
            return null;
        }

        return time == TimeSpan.Zero ? null : change.Origin.At + time;
    }

    /// <summary>The reason that an author gave; null for none.</summary>
    public static string? GivenReason(ChangeOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return string.IsNullOrWhiteSpace(origin.Reason) ? null : origin.Reason.Trim();
    }
}
