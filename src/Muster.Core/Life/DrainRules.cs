using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Core.Life;

/// <summary>What a <see cref="Drain"/> must be.</summary>
public static class DrainRules
{
    /// <summary>Most sources of traffic that an instance leaves.</summary>
    public const int ThroughMax = 10;

    /// <summary>How long a drain may take unless somebody says.</summary>
    public static readonly TimeSpan DeadlineDefault = TimeSpan.FromMinutes(5);

    /// <summary>Shortest deadline.</summary>
    public static readonly TimeSpan DeadlineMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest deadline.</summary>
    public static readonly TimeSpan DeadlineMax = GateTerms.WaitMax;

    /// <summary>What is in force after what was asked; null for no drain.</summary>
    /// <param name="edit">What was asked; null for nothing.</param>
    /// <param name="current">What is in force; null for nothing.</param>
    /// <param name="errors">Gets what is wrong, as <c>drain.deadline_s</c> and the like.</param>
    public static Drain? Resolve(DrainEdit? edit, Drain? current, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (edit is null)
        {
            return current;
        }

        if (edit.IsNone)
        {
            return null;
        }

        var before = errors.Count;
        var known = current ?? new();
        var wait = Time("wait_s", edit.WaitSeconds, known.Wait, TimeSpan.Zero, errors);
        var drain = new Drain
        {
            Wait = wait,

            // Who asks for a longer wait alone means the deadline to fit.
            Deadline = edit.DeadlineSeconds is null && wait > known.Deadline
                ? wait
                : Time("deadline_s", edit.DeadlineSeconds, known.Deadline, DeadlineMin, errors),
            Through = Sources(edit.Through, known.Through, errors),
        };
        if (errors.Count > before)
        {
            return current;
        }

        if (drain.Wait > drain.Deadline)
        {
            errors.Add(new("drain.wait_s", Text(drain.Wait), $"at most the deadline, {DurationText.Exactly(drain.Deadline)}"));
        }

        if (drain is { Through.IsEmpty: true } && drain.Wait == TimeSpan.Zero)
        {
            errors.Add(new(
                "drain.wait_s", "0", "more than 0, or through: the sources of traffic to leave; with neither, nothing is drained"));
        }

        return drain;
    }

    private static ImmutableArray<string> Sources(
        ImmutableArray<string>? asked, ImmutableArray<string> otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (asked is not { } names)
        {
            return otherwise;
        }

        if (names.Length > ThroughMax)
        {
            errors.Add(new("drain.through", names.Length.ToString(CultureInfo.InvariantCulture), $"at most {ThroughMax} names"));
        }

        foreach (var name in names.Where(name => !EntityName.IsValid(name)))
        {
            errors.Add(new("drain.through", InputError.Shown(name), EntityName.RuleFor(name)));
        }

        foreach (var twice in names.CountBy(name => name, StringComparer.Ordinal).Where(each => each.Value > 1))
        {
            errors.Add(new("drain.through", InputError.Shown(twice.Key), "each name once"));
        }

        return names;
    }

    private static TimeSpan Time(
        string field, double? seconds, TimeSpan otherwise, TimeSpan min, ImmutableArray<InputError>.Builder errors)
    {
        if (seconds is not { } asked)
        {
            return otherwise;
        }

        if (asked >= min.TotalSeconds && asked <= DeadlineMax.TotalSeconds)
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new(
            $"drain.{field}", asked.ToString(CultureInfo.InvariantCulture), $"{Text(min)} to {Text(DeadlineMax)} seconds"));
        return otherwise;
    }

    private static string Text(TimeSpan span) => span.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
