namespace Muster.Triton.Scaling;

/// <summary>
/// Flags as the original's library reads them: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>.
/// </summary>
/// <remarks>Where a flag that takes one value is given twice the last counts, as there.</remarks>
public sealed class GoFlags
{
    private readonly Dictionary<string, List<string>> _given = [];
    private readonly List<string> _words = [];

    /// <summary>Everything that is no flag.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Reads a command line.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="known">Every flag, by its long name.</param>
    /// <exception cref="TsgScaleException">A flag is unknown or lacks its value.</exception>
    public static GoFlags Parse(IReadOnlyList<string> args, IReadOnlyList<GoFlag> known)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(known);
        var flags = new GoFlags();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--")
            {
                flags._words.AddRange(args.Skip(i + 1));
                break;
            }

            if (args[i].Length < 2 || args[i][0] != '-')
            {
                flags._words.Add(args[i]);
                continue;
            }

            var (flag, value) = Split(args[i], known);
            if (value is null && flag.IsSwitch)
            {
                value = "true";
            }
            else if (value is null)
            {
                value = ++i < args.Count ? args[i] : throw Wrong($"flag needs an argument: {args[i - 1]}");
            }

            flags.Add(flag.Name, value);
        }

        return flags;
    }

    /// <summary>A flag's value; null when it was not given.</summary>
    public string? Last(string name) => _given.GetValueOrDefault(name)?[^1];

    /// <summary>All values of a flag that may be repeated.</summary>
    public IReadOnlyList<string> All(string name) => _given.GetValueOrDefault(name) ?? [];

    private static (GoFlag Flag, string? Value) Split(string arg, IReadOnlyList<GoFlag> known)
    {
        if (arg.StartsWith("--", StringComparison.Ordinal))
        {
            var end = arg.IndexOf('=', StringComparison.Ordinal);
            var name = end < 0 ? arg[2..] : arg[2..end];
            var flag = known.FirstOrDefault(one => one.Name == name || one.Alias == name) ?? throw Wrong($"unknown flag: --{name}");
            return (flag, end < 0 ? null : arg[(end + 1)..]);
        }

        var letter = known.FirstOrDefault(one => one.Letter == arg[1]) ?? throw Wrong($"unknown shorthand flag: '{arg[1]}' in -{arg[1]}");
        return (letter, arg.Length == 2 ? null : arg[2] == '=' ? arg[3..] : arg[2..]);
    }

    private void Add(string name, string value)
    {
        if (!_given.TryGetValue(name, out var values))
        {
            _given[name] = values = [];
        }

        values.Add(value);
    }

    private static TsgScaleException Wrong(string message) => new(message);
}
