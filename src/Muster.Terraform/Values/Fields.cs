using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Terraform.Values;

/// <summary>
/// An object's fields by name and kind. What is null or unknown reads as null; ask <see cref="IsUnknown"/> where it matters.
/// </summary>
/// <param name="Object">The object.</param>
internal readonly record struct Fields(Value.Mapping Object)
{
    /// <summary>The field as it is; null when the object has none of the name.</summary>
    public Value this[string name] => Object.Items.GetValueOrDefault(name, Value.Null);

    /// <summary>The fields of an object that is known to be there.</summary>
    /// <exception cref="ValueException">It is not.</exception>
    public static Fields Of(Value value) =>
        value is Value.Mapping mapping ? new(mapping) : throw new ValueException("an object is wanted, and there is none");

    public bool IsUnknown(string name) => this[name].IsUnknown;

    public bool IsGiven(string name) => this[name].IsGiven;

    public string? Text(string name) => this[name] switch
    {
        Value.Text text => text.Content,
        { IsGiven: false } => null,
        _ => throw new ValueException($"{name} is no string"),
    };

    /// <summary>A text that must be there.</summary>
    /// <exception cref="ValueException">It is not.</exception>
    public string Required(string name) => Text(name) ?? throw new ValueException($"{name} is not known");

    public bool? Flag(string name) => this[name] switch
    {
        Value.Flag flag => flag.IsSet,
        { IsGiven: false } => null,
        _ => throw new ValueException($"{name} is no bool"),
    };

    /// <exception cref="ValueException">It is a number, but not a whole one of up to nine digits.</exception>
    public int? Whole(string name) => this[name] switch
    {
        Value.Number number => number.TryWhole(out var whole) && whole is >= int.MinValue and <= int.MaxValue
            ? (int)whole
            : throw new ValueException($"{name} is {number.Digits}: a whole number of up to nine digits"),
        { IsGiven: false } => null,
        _ => throw new ValueException($"{name} is no number"),
    };

    /// <summary>A number with decimals. Terraform sends one that is no binary fraction, such as 0.1, as a text.</summary>
    /// <exception cref="ValueException">It is none, or one of more than 28 digits.</exception>
    public decimal? Amount(string name)
    {
        var digits = this[name] switch
        {
            Value.Number number => number.Digits,
            Value.Text text => text.Content,
            { IsGiven: false } => null,
            _ => throw new ValueException($"{name} is no number"),
        };
        return digits is null ? null
            : decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount
            : throw new ValueException($"{name} is {digits}: a number, such as 0.5");
    }

    /// <summary>A number as close as a machine's own comes to it; see <see cref="Amount"/>.</summary>
    /// <exception cref="ValueException">It is none, or beyond what such a one holds.</exception>
    public double? Real(string name) => this[name] is { IsGiven: false }
        ? null
        : RealOf(this[name]) ?? throw new ValueException($"{name} is no number, or one that is too large");

    /// <summary>The number that a value is; null where it is none.</summary>
    public static double? RealOf(Value value) =>
        (value is Value.Number number ? number.Digits : value is Value.Text text ? text.Content : null) is { } digits
        && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null;

    /// <summary>
    /// The elements of a list that are texts; null when there is no list. Unknown and null elements read as <paramref name="otherwise"/>.
    /// </summary>
    public ImmutableArray<string>? Texts(string name, string otherwise = "") => this[name] switch
    {
        Value.Sequence list => [.. list.Items.Select(item => item is Value.Text text ? text.Content : otherwise)],
        { IsGiven: false } => null,
        _ => throw new ValueException($"{name} is no list"),
    };

    /// <summary>The entries of a map of texts; null when there is no map. Unknown and null values read as empty.</summary>
    public ImmutableSortedDictionary<string, string>? Entries(string name) => this[name] switch
    {
        Value.Mapping map => map.Items.ToImmutableSortedDictionary(
            item => item.Key, item => item.Value is Value.Text text ? text.Content : "", StringComparer.Ordinal),
        { IsGiven: false } => null,
        _ => throw new ValueException($"{name} is no map"),
    };

    /// <summary>The fields of an object within; null when there is none.</summary>
    public Fields? Inner(string name) => this[name] is Value.Mapping inner ? new Fields(inner) : null;
}
