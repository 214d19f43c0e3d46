using System.Text;

namespace Muster.Simulators.Nomad.Runs;

/// <summary>What a client makes of <c>${...}</c> and <c>%{...}</c> in arguments: a name, a doubled introducer, or a failure.</summary>
internal static class Arguments
{
    /// <summary>What it makes of values of the environment: known names are replaced, and there is no escape.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> names) =>
        names.Aggregate(text, (now, pair) => now.Replace($"${{{pair.Key}}}", pair.Value, StringComparison.Ordinal));

    /// <exception cref="FormatException">A name that is not known, or no end.</exception>
    public static string Expand(string text, IReadOnlyDictionary<string, string> names)
    {
        var expanded = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var isIntroducer = text[i] is '$' or '%' && i + 1 < text.Length;
            if (isIntroducer && text[i + 1] == text[i] && i + 2 < text.Length && text[i + 2] == '{')
            {
                expanded.Append(text[i]).Append('{');
                i += 2;
            }
            else if (isIntroducer && text[i + 1] == '{')
            {
                var end = text.IndexOf('}', i);
                if (end < 0 || text[i] == '%' || !names.TryGetValue(text[(i + 2)..end], out var value))
                {
                    throw new FormatException(
                        "failed to parse config: \n\t* Unknown variable: "
                        + $"There is no variable named \"{text[(i + 2)..(end < 0 ? text.Length : end)]}\".");
                }

                expanded.Append(value);
                i = end;
            }
            else
            {
                expanded.Append(text[i]);
            }
        }

        return expanded.ToString();
    }
}
