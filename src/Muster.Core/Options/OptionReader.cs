using System.Collections.Immutable;

namespace Muster.Core.Options;

/// <summary>Reads options one after the other, and goes on where one is wrong: all that is wrong is said at once.</summary>
/// <param name="given">The options as they were written.</param>
/// <param name="known">Those that there are.</param>
public abstract class OptionReader(IReadOnlyDictionary<string, string> given, ImmutableArray<ConfigOption> known)
{
    /// <summary>Notes that an option is wrong.</summary>
    /// <param name="name">Which.</param>
    /// <param name="value">What was given; null where nothing was, and something must be.</param>
    /// <param name="allowed">What is allowed.</param>
    public abstract void Refuse(string name, string? value, string allowed);

    /// <summary>The text of an option; null where it is not set.</summary>
    public string? TextOf(string name) => given.GetValueOrDefault(name);

    /// <summary>The value of an option, or its default: where it is not set, and where it is wrong, which is noted.</summary>
    public T Read<T>(ConfigOption<T> option)
    {
        if (TextOf(option.Name) is not { } text || (text.Length == 0 && option.EmptyIsUnset))
        {
            if (option.IsRequired)
            {
                Refuse(option.Name, null, option.Allowed);
            }

            return option.Default;
        }

        if (option.Parse(text, out var value))
        {
            return value;
        }

        Refuse(option.Name, text, option.Allowed);
        return option.Default;
    }

    /// <summary>Refuses options that there are none of, each with the list of those that there are.</summary>
    protected void RefuseUnknown()
    {
        foreach (var (name, value) in given)
        {
            if (!known.Any(option => option.IsNamed(name)))
            {
                Refuse(name, value, $"no such option; allowed are {string.Join(", ", known.Select(option => option.Name))}");
            }
        }
    }
}
