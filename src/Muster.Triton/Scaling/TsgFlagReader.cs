using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core;

namespace Muster.Triton.Scaling;

/// <summary>Reads flags one by one and notes all that is wrong, so that it is said at once.</summary>
internal sealed class TsgFlagReader(GoFlags flags, Func<string, string?> environment)
{
    private const int CountMax = 100_000;
    private const string PairRule = "KEY=VALUE";

    private readonly ImmutableArray<InputError>.Builder _errors = ImmutableArray.CreateBuilder<InputError>();

    /// <summary>Throws with everything that was noted.</summary>
    /// <exception cref="InputException">Something is wrong.</exception>
    public void ThrowIfAny() => InputException.ThrowIfAny(_errors);

    /// <summary>A flag that must be there; <c>""</c> when it is wrong, which is then noted.</summary>
    public string Required(string name, Predicate<string> isGood, string allowed) => Good(name, flags.Last(name), isGood, allowed);

    /// <summary>A flag, or the variable that the original's help promises for it.</summary>
    public string FlagOrVariable(string name, string allowed) =>
        Good(name, flags.Last(name) ?? Variable(name), text => text.Length > 0, allowed);

    /// <summary>How many. The original took what is no number for 0, and 010 for 8.</summary>
    public int Count()
    {
        var text = flags.Last(TsgFlags.Count);
        var allowed = $"a whole number from 0 to {CountMax}";
        if (text is ['0', _, ..])
        {
            // 010 was octal there: whoever wrote it may mean 8 or 10.
            _errors.Add(new($"--{TsgFlags.Count}", text, $"{allowed}, without a 0 before it"));
            return 0;
        }

        return TryRead(Good(TsgFlags.Count, text, one => TryRead(one, out _), allowed), out var count) ? count : 0;
    }

    /// <summary>A flag whose value is a UUID.</summary>
    public Guid Uuid(string name) =>
        Guid.TryParseExact(Required(name, text => Guid.TryParseExact(text, "D", out _), "a UUID"), "D", out var uuid) ? uuid : default;

    /// <summary>A flag that stands alone, or says <c>=true</c> or <c>=false</c>.</summary>
    public bool Switch(string name) => flags.Last(name) switch
    {
        null or "false" or "f" or "F" or "False" or "FALSE" or "0" => false,
        "true" or "t" or "T" or "True" or "TRUE" or "1" => true,
        var text => Note(name, text, "true or false", false),
    };

    /// <summary>A flag that may be repeated and hold several, with commas between.</summary>
    public IEnumerable<string> List(string name) =>
        flags.All(name).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Rules of placement, with commas between; with the two abbreviations that the original's help promises.</summary>
    public string Affinity() => string.Join(',', flags.All(TsgFlags.Affinity).Select(Rule));

    /// <summary>Tags. A comma separates two only where each half is one: the original cut values at it.</summary>
    public ImmutableSortedDictionary<string, string> Tags() => Pairs(
        TsgFlags.Tag,
        flags.All(TsgFlags.Tag).SelectMany(
            text => text.Split(',') is var parts && parts.All(part => part.IndexOf('=', StringComparison.Ordinal) > 0) ? parts : [text]));

    /// <summary>Metadata, each base64 of a pair.</summary>
    public ImmutableSortedDictionary<string, string> Metadata() =>
        Pairs(TsgFlags.Metadata, List(TsgFlags.Metadata).Select(text => Decode(TsgFlags.Metadata, text, isSecret: false)).OfType<string>());

    /// <summary>User data; null for none.</summary>
    public string? UserData() =>
        flags.Last(TsgFlags.UserData) is { Length: > 0 } text ? Decode(TsgFlags.UserData, text, isSecret: true) : null;

    /// <summary>Where the key is: base64 of a path or of the key, else an ssh-agent.</summary>
    public TsgKey Key()
    {
        var isOnCommandLine = flags.Last(TsgFlags.KeyMaterial) is { Length: > 0 };
        var text = isOnCommandLine ? flags.Last(TsgFlags.KeyMaterial) : Variable(TsgFlags.KeyMaterial);
        if (text is not { Length: > 0 })
        {
            return new TsgKey.InAgent();
        }

        return Decode(TsgFlags.KeyMaterial, text, isSecret: true) switch
        {
            null => new TsgKey.InAgent(),
            var key when key.Contains("-----BEGIN", StringComparison.Ordinal) => new TsgKey.AsText(key, isOnCommandLine),
            var path => new TsgKey.InFile(path.TrimEnd('\n')),
        };
    }

    private static bool TryRead(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= CountMax;

    private static string Rule(string rule)
    {
        var trimmed = rule.Trim();
        return trimmed.StartsWith("inst=", StringComparison.Ordinal) || trimmed.StartsWith("inst!", StringComparison.Ordinal)
            ? $"instance{trimmed[4..]}"
            : trimmed.IndexOfAny(['=', '!']) < 0 ? $"instance=={trimmed}" : trimmed;
    }

    private ImmutableSortedDictionary<string, string> Pairs(string name, IEnumerable<string> texts)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
            {
                Note(name, text, PairRule, 0);
            }
            else
            {
                pairs[text[..split]] = text[(split + 1)..];
            }
        }

        return pairs.ToImmutable();
    }

    private string? Decode(string name, string text, bool isSecret)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(
                Convert.FromBase64String(text));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return Note<string?>(name, isSecret ? "(not shown)" : text, "text in base64", null);
        }
    }

    private string? Variable(string name)
    {
        var suffix = name.Replace('-', '_').ToUpperInvariant();
        return environment($"TRITON_{suffix}") is { Length: > 0 } value ? value : environment($"SDC_{suffix}");
    }

    private string Good(string name, string? value, Predicate<string> isGood, string allowed) =>
        value is { Length: > 0 } && isGood(value) ? value : Note(name, value, allowed, "");

    private T Note<T>(string name, string? value, string allowed, T instead)
    {
        _errors.Add(new($"--{name}", value, allowed));
        return instead;
    }
}
