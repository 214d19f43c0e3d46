using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Muster.Core.Options;

/// <summary>Makes options of the usual kinds.</summary>
public static class Option
{
    private const string Required = "required";

    /// <summary>A text, such as a path; null unless set.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="meaning">What it means, in Markdown.</param>
    /// <param name="unlessSet">What holds where it is not set, in Markdown.</param>
    /// <param name="allowed">What it takes, for refusals.</param>
    /// <param name="emptyIsUnset">
    /// Whether an empty one is the same as none; it is refused otherwise. Never of an option that narrows what may be done.
    /// </param>
    public static ConfigOption<string?> Text(
        string name, string meaning, string unlessSet = "none", string allowed = "a path", bool emptyIsUnset = false) => new()
    {
        Name = name, Meaning = meaning, UnlessSet = unlessSet, Allowed = allowed, Parse = TryText, Default = null,
        EmptyIsUnset = emptyIsUnset,
    };

    /// <summary>A text, with one that holds where it is not set.</summary>
    /// <inheritdoc cref="Text"/>
    /// <param name="fallback">The one that holds.</param>
    public static ConfigOption<string> TextOr(
        string name, string meaning, string fallback, string allowed, bool emptyIsUnset = false) => new()
    {
        Name = name, Meaning = meaning, UnlessSet = $"`{fallback}`", Allowed = allowed, Parse = TryText, Default = fallback,
        EmptyIsUnset = emptyIsUnset,
    };

    /// <summary>A text that must be set.</summary>
    public static ConfigOption<string?> RequiredText(string name, string meaning, string allowed) => new()
    {
        Name = name, Meaning = meaning, UnlessSet = Required, Allowed = allowed, Parse = TryText, Default = null, IsRequired = true,
    };

    /// <summary>A whole number within bounds.</summary>
    public static ConfigOption<int> Number(string name, string meaning, int fallback, int min, int max = int.MaxValue) => Of(
        name, meaning, fallback.ToString(CultureInfo.InvariantCulture), max == int.MaxValue ? $"{min} or more" : $"{min} to {max}",
        (string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max,
        fallback);

    /// <summary>A time within bounds: <c>10s</c>, <c>1m30s</c>.</summary>
    public static ConfigOption<TimeSpan> Time(
        string name, string meaning, TimeSpan fallback, TimeSpan min, TimeSpan max, string allowed) => Of(
        name, meaning, $"`{(long)fallback.TotalSeconds}s`", allowed,
        (string text, out TimeSpan time) => DurationText.TryParse(text, out time) && time >= min && time <= max,
        fallback);

    /// <summary>How long an instance may take to end in its own way; up to an hour.</summary>
    public static ConfigOption<TimeSpan> StopGrace(string meaning) => Time(
        "stop_grace", meaning, TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromHours(1), "a time from 0s to 1h, such as 10s");

    /// <summary>One of a few words, the first of which holds unless set.</summary>
    public static ConfigOption<T> Choice<T>(string name, string meaning, params (string Word, T Value)[] choices) => Of(
        name, meaning, $"`{choices[0].Word}`", Words(choices.Select(choice => choice.Word)),
        (string text, [MaybeNullWhen(false)] out T value) =>
        {
            var found = choices.FirstOrDefault(choice => choice.Word == text);
            value = found.Value;
            return found.Word is not null;
        },
        choices[0].Value);

    /// <summary>An option with a parser of its own.</summary>
    public static ConfigOption<T> Of<T>(
        string name, string meaning, string unlessSet, string allowed, OptionParser<T> parse, T fallback) => new()
    {
        Name = name, Meaning = meaning, UnlessSet = unlessSet, Allowed = allowed, Parse = parse, Default = fallback,
    };

    /// <summary><c>a, b or c</c></summary>
    private static string Words(IEnumerable<string> words)
    {
        var all = words.ToArray();
        return all.Length < 2 ? all[0] : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    private static bool TryText(string text, [NotNullWhen(true)] out string? value)
    {
        value = text.Length > 0 ? text : null;
        return value is not null;
    }
}
