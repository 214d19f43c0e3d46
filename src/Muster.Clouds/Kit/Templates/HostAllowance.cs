using System.Collections.Immutable;

using Muster.Core;

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
    public const string Option = "allow";

    /// <summary>Reads the option.</summary>
    /// <param name="setup">The cloud's.</param>
    /// <param name="isKnown">Whether an entry names something that this kind of cloud knows: a slip of the hand would allow nothing, in silence.</param>
    /// <param name="known">What is, for error messages.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static HostAllowance Read(CloudSetup setup, Predicate<string> isKnown, string known, ImmutableArray<InputError>.Builder errors)
    {
        var text = setup.Options.GetValueOrDefault(Option, "");
        ImmutableArray<string> entries = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        foreach (var entry in entries.Where(entry => !isKnown(entry)))
        {
            errors.Add(new InputError($"clouds.{setup.Name}.{Option}", entry, known));
        }

        return new HostAllowance(setup.Name, entries);
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
        $"{why}, so it needs the operator's word: {Option} = \"{entry}\" in the options of the cloud '{cloud}' (beside what is allowed there already)";

    private static bool Fits(string entry, string text) =>
        entry.EndsWith('*') ? text.StartsWith(entry[..^1], StringComparison.Ordinal) : entry == text;
}
