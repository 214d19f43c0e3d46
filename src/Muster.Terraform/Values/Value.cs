using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Terraform.Values;

/// <summary>A value of Terraform's language. Closed: the private constructor admits only the kinds nested here.</summary>
/// <remarks>Null, empty and unknown are three things. Equality is by contents.</remarks>
internal abstract record Value
{
    private Value() { }

    /// <summary>Absent.</summary>
    public static Value Null { get; } = new Nothing();

    /// <summary>Known only after apply.</summary>
    public static Value Unknown { get; } = new Pending();

    public bool IsNull => this is Nothing;

    public bool IsUnknown => this is Pending;

    /// <summary>Neither null nor unknown.</summary>
    public bool IsGiven => this is not (Nothing or Pending);

    /// <summary>Whether it, or anything in it, is known only after apply.</summary>
    public bool HasUnknown => this switch
    {
        Pending => true,
        Sequence list => list.Items.Any(item => item.HasUnknown),
        Mapping map => map.Items.Values.Any(item => item.HasUnknown),
        _ => false,
    };

    /// <summary>A text, or null for none.</summary>
    public static Value Of(string? text) => text is null ? Null : new Text(text);

    /// <summary>A number, or null for none.</summary>
    public static Value Of(long? number) =>
        number is { } known ? new Number(known.ToString(CultureInfo.InvariantCulture)) : Null;

    /// <summary>A number with decimals, or null for none; as short as Terraform writes it.</summary>
    public static Value Of(decimal? number) => number is { } known
        ? new Number(known.ToString("0.############################", CultureInfo.InvariantCulture))
        : Null;

    /// <summary>A number as a machine has it, or null for none; as short as it can be read again.</summary>
    public static Value OfReal(double? number) =>
        number is { } known ? Number.Parse(known.ToString("R", CultureInfo.InvariantCulture)) : Null;

    /// <summary>A truth.</summary>
    public static Value Of(bool flag) => new Flag(flag);

    /// <summary>A list of texts.</summary>
    public static Value Of(IEnumerable<string> texts) => new Sequence([.. texts.Select(Of)]);

    /// <summary>A map of texts.</summary>
    public static Value Of(IReadOnlyDictionary<string, string> texts) =>
        new Mapping(texts.ToImmutableSortedDictionary(pair => pair.Key, pair => Of(pair.Value), StringComparer.Ordinal));

    /// <summary>An object.</summary>
    public static Mapping Object(params IEnumerable<(string Name, Value Value)> fields) =>
        new(fields.ToImmutableSortedDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));

    /// <summary>See <see cref="Null"/>.</summary>
    internal sealed record Nothing : Value;

    /// <summary>See <see cref="Unknown"/>.</summary>
    internal sealed record Pending : Value;

    /// <summary>A string.</summary>
    internal sealed record Text(string Content) : Value;

    /// <summary>
    /// A number as its digits: Terraform's are longer than any type of ours, and a whole one is always written without a point.
    /// </summary>
    internal sealed record Number(string Digits) : Value
    {
        /// <summary>A number from any way to write it.</summary>
        /// <exception cref="ValueException">It is none.</exception>
        public static Number Parse(string text)
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                return new(whole.ToString(CultureInfo.InvariantCulture));
            }

            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact))
            {
                return new((exact == decimal.Truncate(exact) ? decimal.Truncate(exact) : exact).ToString(CultureInfo.InvariantCulture));
            }

            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var any) && !double.IsNaN(any)
                ? new(text)
                : throw new ValueException($"'{text}' is no number");
        }

        /// <summary>The number, if it is a whole one that fits.</summary>
        public bool TryWhole(out long whole) =>
            long.TryParse(Digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole);
    }

    /// <summary>A bool.</summary>
    internal sealed record Flag(bool IsSet) : Value;

    /// <summary>A list or a set.</summary>
    internal sealed record Sequence(ImmutableArray<Value> Items) : Value
    {
        public bool Equals(Sequence? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Aggregate(Items.Length, HashCode.Combine);
    }

    /// <summary>A map or an object, in the order of its keys.</summary>
    internal sealed record Mapping(ImmutableSortedDictionary<string, Value> Items) : Value
    {
        // Pair by pair: KeyValuePair itself compares by reflection.
        public bool Equals(Mapping? other) => other is not null && Items.Count == other.Items.Count
            && Items.Zip(other.Items).All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.Equals(pair.Second.Value));

        public override int GetHashCode() => Items.Aggregate(Items.Count, (hash, item) => HashCode.Combine(hash, item.Key, item.Value));

        /// <summary>The same with some fields replaced.</summary>
        public Mapping With(params IEnumerable<(string Name, Value Value)> fields) =>
            new(Items.SetItems(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
    }
}
