using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>How long one gate waits, and what its silence means.</summary>
/// <param name="Name">A hook's name, or <see cref="Gates.Drain"/>.</param>
/// <param name="Timeout">How long it waits for a word.</param>
/// <param name="OnTimeout">What silence means.</param>
/// <param name="Least">How long it holds at least, unless somebody gives it up or says that its wait is over.</param>
internal readonly record struct GateTerms(string Name, TimeSpan Timeout, GateAnswer OnTimeout, TimeSpan Least = default)
{
    /// <summary>So many times its time-out a gate waits at most, however often more time is asked for.</summary>
    public const int ExtensionsMax = 100;

    /// <summary>And never longer than this.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromHours(48);

    /// <summary>How long it waits at most.</summary>
    private TimeSpan Longest => Timeout >= WaitMax / ExtensionsMax ? WaitMax : Timeout * ExtensionsMax;

    /// <summary>When it waits no more.</summary>
    /// <param name="since">Since when it holds.</param>
    /// <param name="word">What was said last; null for nothing.</param>
    public DateTimeOffset DeadlineOf(DateTimeOffset since, GateWord? word)
    {
        var own = since + Timeout;
        return word is { Answer: GateAnswer.Extend, Until: { } until } && until > own ? Earlier(until, since + Longest) : own;
    }

    /// <summary>The deadline after more time was asked for; never earlier than it was.</summary>
    /// <param name="since">Since when it holds.</param>
    /// <param name="before">What was said before; null for nothing.</param>
    /// <param name="at">When more is asked for.</param>
    /// <param name="until">Until when; null for once more its time-out from then on.</param>
    public DateTimeOffset Extended(DateTimeOffset since, GateWord? before, DateTimeOffset at, DateTimeOffset? until)
    {
        var (deadline, asked) = (DeadlineOf(since, before), Earlier(until ?? (at + Timeout), since + Longest));
        return asked > deadline ? asked : deadline;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
