using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>What a <see cref="Hook"/> must be, and its words.</summary>
public static class HookRules
{
    /// <summary>Most hooks of a group.</summary>
    public const int Max = 20;

    /// <summary>Longest name, in characters.</summary>
    public const int NameMax = 64;

    /// <summary>Longest URL or name of a command to tell, in characters.</summary>
    public const int TellMax = 2000;

    /// <summary>The rule for names, in words.</summary>
    public const string NameWords = "1 to 64 characters of A-Z a-z 0-9 . _ -, and not 'drain', which names the drain";

    /// <summary>The moments as they are written.</summary>
    public const string MomentWords = "launch or terminate";

    /// <summary>What silence may mean, as it is written.</summary>
    public const string SilenceWords = "continue or abandon";

    /// <summary>Who may be told, as it is written.</summary>
    public const string TellWords = "none, an http or https URL, or exec:NAME for a command of the server's configuration";

    /// <summary>The word for nobody.</summary>
    public const string None = "none";

    /// <summary>What stands before the name of a command.</summary>
    public const string Exec = "exec:";

    /// <summary>How long a hook waits unless somebody says.</summary>
    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromHours(1);

    /// <summary>Shortest time-out.</summary>
    public static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest time-out.</summary>
    public static readonly TimeSpan TimeoutMax = GateTerms.WaitMax;

    /// <summary>How a moment is written.</summary>
    public static string Word(HookMoment moment) => moment switch
    {
        HookMoment.Launch => "launch",
        HookMoment.Terminate => "terminate",
        _ => throw new ArgumentOutOfRangeException(nameof(moment), moment, null),
    };

    /// <summary>How an answer is written.</summary>
    public static string Word(GateAnswer answer) => answer switch
    {
        GateAnswer.Continue => "continue",
        GateAnswer.Abandon => "abandon",
        GateAnswer.Extend => "extend",
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    /// <summary>
    /// What silence means unless somebody says: what was never made ready is given up, and what is to end goes on to its end.
    /// </summary>
    public static GateAnswer SilenceOf(HookMoment moment) =>
        moment is HookMoment.Launch ? GateAnswer.Abandon : GateAnswer.Continue;

    /// <summary>What is in force after what was asked: all that there are to be.</summary>
    /// <param name="edits">What was asked; null for nothing.</param>
    /// <param name="current">What is in force.</param>
    /// <param name="now">When it is asked.</param>
    /// <param name="errors">Gets what is wrong, as <c>hooks.NAME.timeout_s</c> and the like.</param>
    public static Hooks Resolve(
        ImmutableArray<HookEdit>? edits, Hooks current, DateTimeOffset now, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(errors);
        if (edits is not { } asked)
        {
            return current;
        }

        if (asked.Length > Max)
        {
            errors.Add(new("hooks", Text(asked.Length), $"at most {Max}"));
        }

        foreach (var twice in asked.CountBy(edit => edit.Name ?? "", StringComparer.Ordinal).Where(each => each.Value > 1))
        {
            errors.Add(new("hooks", InputError.Shown(twice.Key), "each name once"));
        }

        var hooks = ImmutableArray.CreateBuilder<Hook>(asked.Length);
        foreach (var (index, edit) in asked.Index())
        {
            hooks.Add(Hook(edit, $"hooks.{(IsName(edit.Name) ? edit.Name : Text(index))}", current, now, errors));
        }

        return hooks.Count == 0 ? Hooks.None : new(hooks.MoveToImmutable());
    }

    private static Hook Hook(
        HookEdit edit, string field, Hooks current, DateTimeOffset now, ImmutableArray<InputError>.Builder errors)
    {
        if (!IsName(edit.Name))
        {
            errors.Add(new($"{field}.name", InputError.Shown(edit.Name), NameWords));
        }

        var at = Moment(edit.At, field, errors);
        var known = current.Find(edit.Name ?? "");
        return new()
        {
            Name = edit.Name ?? "",
            At = at,
            Timeout = Timeout(edit.TimeoutSeconds, field, errors),
            OnTimeout = Silence(edit.OnTimeout, at, field, errors),
            Tell = Tell(edit.Tell, field, errors),
            Since = known?.At == at ? known.Since : now,
        };
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= NameMax } && EntityName.IsValid(name) && !name.Equals(Gates.Drain, StringComparison.OrdinalIgnoreCase);

    private static HookMoment Moment(string? word, string field, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case "launch":
                return HookMoment.Launch;
            case "terminate":
                return HookMoment.Terminate;
            default:
                errors.Add(new($"{field}.at", InputError.Shown(word), MomentWords));
                return HookMoment.Launch;
        }
    }

    private static TimeSpan Timeout(double? seconds, string field, ImmutableArray<InputError>.Builder errors)
    {
        if (seconds is not { } asked)
        {
            return TimeoutDefault;
        }

        if (asked >= TimeoutMin.TotalSeconds && asked <= TimeoutMax.TotalSeconds)
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new($"{field}.timeout_s", Text(asked), $"{Text(TimeoutMin.TotalSeconds)} to {Text(TimeoutMax.TotalSeconds)} seconds"));
        return TimeoutDefault;
    }

    private static GateAnswer Silence(string? word, HookMoment at, string field, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case null:
                return SilenceOf(at);
            case "continue":
                return GateAnswer.Continue;
            case "abandon":
                return GateAnswer.Abandon;
            default:
                errors.Add(new($"{field}.on_timeout", InputError.Shown(word) ?? "", SilenceWords));
                return SilenceOf(at);
        }
    }

    private static string? Tell(string? whom, string field, ImmutableArray<InputError>.Builder errors)
    {
        if (whom is null or None)
        {
            return null;
        }

        var isFine = whom.Length <= TellMax && (whom.StartsWith(Exec, StringComparison.Ordinal)
            ? EntityName.IsValid(whom[Exec.Length..])
            : Uri.TryCreate(whom, UriKind.Absolute, out var url)
                && url is { Scheme: "http" or "https", UserInfo: "", Host: not "" });
        if (!isFine)
        {
            errors.Add(new($"{field}.tell", Shown(whom), $"{TellWords}; no user or password in the URL, at most {TellMax} characters"));
        }

        return whom;
    }

    /// <summary>A command whole, of a URL its server: what else is in it may be what only its owner is to know.</summary>
    private static string Shown(string whom) =>
        whom.StartsWith(Exec, StringComparison.Ordinal) ? InputError.Shown(whom)!
        : Uri.TryCreate(whom, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? InputError.Shown(url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped))!
        : whom.Length > 0 ? "..."
        : "";

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
