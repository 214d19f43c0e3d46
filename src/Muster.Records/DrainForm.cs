using Muster.Core.Life;

namespace Muster.Records;

/// <summary>The form of a <see cref="Drain"/>. Whatever has a default is written all the same.</summary>
public sealed record DrainForm(long DeadlineUs, long WaitUs, string[] Through)
{
    /// <summary>The form; null of no drain.</summary>
    public static DrainForm? Of(Drain? drain) => drain is null
        ? null
        : new(Microseconds.From(drain.Deadline), Microseconds.From(drain.Wait), [.. drain.Through]);

    /// <summary>The drain of a form, or of nothing.</summary>
    public static Drain? ToValue(DrainForm? form) => form is null
        ? null
        : new Drain
        {
            Deadline = Microseconds.ToSpan(form.DeadlineUs),
            Wait = Microseconds.ToSpan(form.WaitUs),
            Through = [.. Forms.Each(form.Through)],
        };
}
