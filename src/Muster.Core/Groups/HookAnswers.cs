using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Core.Groups;

/// <summary>What somebody outside may answer to a hook. Pure.</summary>
public static class HookAnswers
{
    /// <summary>The answers as they are written.</summary>
    public const string Words = "continue, abandon or extend";

    /// <summary>An answer as a word to a gate.</summary>
    /// <param name="hook">Which hook; the drain's name for the drain.</param>
    /// <param name="result">As it was written; required.</param>
    /// <param name="forSeconds">Of <c>extend</c>: for how long from now; null for once more the hook's time-out.</param>
    /// <param name="reason">Why; null for nothing.</param>
    /// <param name="now">When it was said.</param>
    /// <exception cref="InputException">Something is wrong: all of it.</exception>
    public static GateWord Read(string hook, string? result, double? forSeconds, string? reason, DateTimeOffset now)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        GateAnswer? answer = result switch
        {
            "continue" => GateAnswer.Continue,
            "abandon" => GateAnswer.Abandon,
            "extend" => GateAnswer.Extend,
            _ => null,
        };
        if (answer is null)
        {
            errors.Add(new("result", InputError.Shown(result), Words));
        }

        if (forSeconds is { } seconds)
        {
            var (min, max) = (HookRules.TimeoutMin.TotalSeconds, HookRules.TimeoutMax.TotalSeconds);
            if (answer is GateAnswer.Continue or GateAnswer.Abandon)
            {
                errors.Add(new("for_s", Text(seconds), $"none with {result}: only extend takes a time"));
            }
            else if (!(seconds >= min && seconds <= max))
            {
                errors.Add(new("for_s", Text(seconds), $"{Text(min)} to {Text(max)} seconds"));
            }
        }

        GroupRules.Reason(reason, errors);
        InputException.ThrowIfAny(errors);
        return new(hook, answer!.Value, now, forSeconds is { } more ? now + TimeSpan.FromSeconds(more) : null);
    }

    private static string Text(double seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
