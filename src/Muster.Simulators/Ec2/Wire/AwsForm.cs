using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.WebUtilities;

namespace Muster.Simulators.Ec2.Wire;

/// <summary>The parameters of a call in the Query protocol.</summary>
internal sealed partial class AwsForm
{
    private readonly ImmutableSortedDictionary<string, string> _fields;

    private AwsForm(ImmutableSortedDictionary<string, string> fields) => _fields = fields;

    /// <summary>What is asked.</summary>
    public string Action => Text("Action") ?? "";

    /// <summary>Every parameter.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields => _fields;

    /// <summary>Reads one, of a query or of a body.</summary>
    public static AwsForm Parse(string text) => new(QueryHelpers.ParseQuery(text).ToImmutableSortedDictionary(
        field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));

    /// <summary>A parameter; null where it is not there.</summary>
    public string? Text(string name) => _fields.GetValueOrDefault(name);

    /// <summary>A truth value.</summary>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw AwsRefusal.Value($"Invalid value '{other}' for {name}"),
    };

    /// <summary>A number within bounds.</summary>
    public int? Number(string name, int min, int max) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw AwsRefusal.Value($"Value ( {text} ) for parameter {name} is invalid. Expecting a value between {min} and {max}.");

    /// <summary>A list: <c>name.1</c>, <c>name.2</c>.</summary>
    public ImmutableArray<string> All(string name) =>
    [
        .. _fields.Where(field => field.Key.StartsWith($"{name}.", StringComparison.Ordinal)
            && int.TryParse(field.Key[(name.Length + 1)..], out _))
            .OrderBy(field => int.Parse(field.Key[(name.Length + 1)..], CultureInfo.InvariantCulture))
            .Select(field => field.Value),
    ];

    /// <summary>The numbers of a list of structures, as beginnings of their parameters: <c>Filter.1</c>.</summary>
    public IEnumerable<string> Each(string name) => _fields.Keys
        .Select(key => Regex.Match(key, $@"^{Regex.Escape(name)}\.(\d+)\.")).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct().Order()
        .Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}.{number}"));

    /// <summary>The tags below a parameter.</summary>
    public ImmutableSortedDictionary<string, string> Tags(string prefix)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in Each(prefix.Length == 0 ? "Tag" : $"{prefix}.Tag"))
        {
            var (key, value) = (Text($"{tag}.Key") ?? "", Text($"{tag}.Value") ?? "");
            if (key.Length is 0 or > 127)
            {
                throw AwsRefusal.Value("Tag key exceeds the maximum length of 127 characters, or is empty");
            }

            if (value.Length > 256)
            {
                throw AwsRefusal.Value("Tag value exceeds the maximum length of 256 characters");
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw AwsRefusal.Value("Tag keys starting with 'aws:' are reserved for internal use");
            }

            if (!tags.TryAdd(key, value))
            {
                throw AwsRefusal.Value($"Duplicate tag key '{key}' specified.");
            }
        }

        return tags.Count <= 50
            ? tags.ToImmutable()
            : throw new AwsRefusal(400, "TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
    }

    /// <summary>Whether something fits all filters.</summary>
    /// <param name="valuesOf">What it has for a filter; null where there is no such filter.</param>
    public bool Fits(Func<string, IEnumerable<string>?> valuesOf) => Each("Filter").All(filter =>
    {
        var name = Text($"{filter}.Name") ?? "";
        var values = valuesOf(name) ?? throw AwsRefusal.Value($"The filter '{name}' is invalid");
        var wanted = All($"{filter}.Value");
        return values.Any(value => wanted.Any(pattern => Wild(pattern, value)));
    });

    /// <summary>The values of a filter for tags; null where it is none.</summary>
    public static IEnumerable<string>? TagValues(string filter, ImmutableSortedDictionary<string, string> tags) =>
        filter == "tag-key" ? tags.Keys
        : filter.StartsWith("tag:", StringComparison.Ordinal) ? (tags.TryGetValue(filter[4..], out var value) ? [value] : [])
        : null;

    /// <summary>Refuses parameters that the action does not have.</summary>
    /// <param name="known">Those it has, with <c>N</c> for numbers.</param>
    public void RefuseUnknown(ImmutableHashSet<string> known)
    {
        foreach (var name in _fields.Keys)
        {
            if (!known.Contains(Numbers().Replace(name, ".N")) && name is not ("Action" or "Version" or "DryRun"))
            {
                throw new AwsRefusal(400, "UnknownParameter", $"The parameter {name} is not recognized");
            }
        }
    }

    // Stars and question marks stand for anything; a backslash takes that from them.
    private static bool Wild(string pattern, string value) =>
        pattern == value || Regex.IsMatch(
            value,
            $"^{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}$".Replace(@"\?", ".", StringComparison.Ordinal),
            RegexOptions.Singleline);

    [GeneratedRegex(@"\.[0-9]+(?=\.|$)")]
    private static partial Regex Numbers();
}
