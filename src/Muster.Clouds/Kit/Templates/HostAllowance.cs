using System.Collections.Immutable;

using Muster.Core.Options;

namespace Muster.Clouds.Kit.Templates;

/// <summary>What of a template that reaches the host behind a cloud its operator allows: the cloud's option <c>allow</c>.</summary>
/// <remarks>
/// Entries with blanks between: <c>config.security.nesting</c>, or with a value, <c>network=host</c>. A <c>*</c> at the end stands for
/// anything. See docs/decisions/0102-what-reaches-the-host.md.
/// </remarks>
/// <param name="cloud">What templates call the cloud.</param>
/// <param name="entries">What is allowed.</param>
internal sealed class HostAllowance(string cloud, ImmutableArray<string> entries)
{
    /// <summary>The name of the cloud's option.</summary>
    private const string Option = "allow";

    /// <summary>Describes the option.</summary>
    /// <param name="meaning">What it may allow, in Markdown.</param>
    public static ConfigOption Describe(string meaning) => new() { Name = Option, Meaning = meaning, UnlessSet = "nothing" };

    /// <summary>Reads the option.</summary>
    /// <param name="options">The cloud's.</param>
    /// <param name="isKnown">
    /// Whether an entry names something that this kind of cloud knows: a slip of the hand would allow nothing, in silence.
    /// </param>
    /// <param name="known">What is, for error messages.</param>
    public static HostAllowance Read(SetupReader options, Predicate<string> isKnown, string known)
    {
        var text = options.TextOf(Option) ?? "";
        ImmutableArray<string> entries = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        foreach (var entry in entries.Where(entry => !isKnown(entry)))
        {
            options.Refuse(Option, entry, known);
        }

        return new HostAllowance(options.Setup.Name, entries);
    }

    /// <summary>Whether it is allowed.</summary>
    /// <param name="what">What it is: <c>config.raw.lxc</c>, <c>network</c>.</param>
    /// <param name="value">Its value.</param>
    public bool Allows(string what, string value) =>
        entries.Any(entry => Fits(entry, what) || Fits(entry, $"{what}={value}"));

    /// <summary>Why it is refused, and what the operator would have to write.</summary>
    /// <param name="why">How it reaches the host.</param>
    /// <param name="entry">The entry that allows it.</param>
    public string Refusal(string why, string entry) =>
        $"{why}, so it needs the operator's word: {Option} = \"{entry}\" in the options of the cloud '{cloud}' (beside what "
        + "is allowed there already)";

    private static bool Fits(string entry, string text) =>
        entry.EndsWith('*') ? text.StartsWith(entry[..^1], StringComparison.Ordinal) : entry == text;
}
