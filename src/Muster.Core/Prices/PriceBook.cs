using System.Collections.Immutable;

namespace Muster.Core.Prices;

/// <summary>What instances cost: what people say, and where they say nothing, what clouds tell. Immutable, and swapped whole.</summary>
/// <remarks>All of it is in one currency: sums of two would be no sums.</remarks>
public sealed class PriceBook
{
    private readonly PriceList _said;
    private readonly PriceList _told;

    private readonly HashSet<PriceScope>? _only;

    private PriceBook(PriceList said, PriceList told, HashSet<PriceScope>? only = null) => (_said, _told, _only) = (said, told, only);

    /// <summary>No price at all.</summary>
    public static PriceBook Empty { get; } = new(PriceList.Empty, PriceList.Empty);

    /// <summary>What people say.</summary>
    public ImmutableArray<Price> Said => _said.Prices;

    /// <summary>What clouds tell.</summary>
    public ImmutableArray<Price> Told => _told.Prices;

    /// <summary>Whether there is no price at all.</summary>
    public bool IsEmpty => Said.IsEmpty && Told.IsEmpty;

    /// <summary>What every amount is in; null where there is no price.</summary>
    public string? Currency => Said is [var said, ..] ? said.Currency : Told is [var told, ..] ? told.Currency : null;

    /// <summary>A book of what people say.</summary>
    /// <exception cref="InputException">
    /// Something is wrong: two prices for the same, two currencies, an amount out of range. Names every one, as <c>price[0].amount</c>.
    /// </exception>
    public static PriceBook Of(params ReadOnlySpan<Price> said)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var book = OfRight(
            [.. said],
            (index, error) => errors.Add(error with
            {
                Field = error.Field == PriceRules.Whole ? $"price[{index}]" : $"price[{index}].{error.Field}",
            }));
        InputException.ThrowIfAny(errors);
        return book;
    }

    /// <summary>A book of what people say, as far as it is right.</summary>
    /// <param name="said">What they say.</param>
    /// <param name="wrong">
    /// Told of each price that is left out, by its place in the list, and what is wrong with one of its fields, or with <see
    /// cref="PriceRules.Whole"/>.
    /// </param>
    public static PriceBook OfRight(ImmutableArray<Price> said, Action<int, InputError> wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        var list = PriceList.Of(said, wrong);
        return list.Prices.IsEmpty ? Empty : new(list, PriceList.Empty);
    }

    /// <summary>The book with what clouds tell, in place of what they told before.</summary>
    /// <param name="told">What they tell.</param>
    /// <param name="wrong">Told of each price that is left out, since something is wrong with it.</param>
    public PriceBook With(ImmutableArray<Price> told, Action<Price, InputError> wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        var fitting = ImmutableArray.CreateBuilder<Price>(told.Length);
        foreach (var price in told)
        {
            if (Said is [var first, ..] && first.Currency != price.Currency)
            {
                wrong(price, new("currency", price.Currency, $"{first.Currency}, the currency of the configured prices"));
            }
            else
            {
                fitting.Add(price);
            }
        }

        var rest = fitting.DrainToImmutable();
        var list = PriceList.Of(rest, (index, error) => wrong(rest[index], error));
        return list.Prices.IsEmpty && Said.IsEmpty ? Empty : new(_said, list);
    }

    /// <summary>What people say and what clouds tell of some instances alone: of them, it says what the whole book does.</summary>
    /// <param name="instances">What these are.</param>
    public (ImmutableArray<Price> Said, ImmutableArray<Price> Told) Of(IEnumerable<PriceScope> instances)
    {
        if (IsEmpty)
        {
            return ([], []);
        }

        var rows = instances.Distinct().SelectMany(instance => instance.Rows()).ToHashSet();
        return (Said.RemoveAll(price => !rows.Contains(price.Scope)), Told.RemoveAll(price => !rows.Contains(price.Scope)));
    }

    /// <summary>
    /// The book, for whoever has only what it says of some instances (<see cref="Of(IEnumerable{PriceScope})"/>): of others it says
    /// nothing, since the row that is exactly for them may be missing.
    /// </summary>
    /// <param name="instances">What these are.</param>
    public PriceBook Only(IEnumerable<PriceScope> instances) => new(_said, _told, [.. instances]);

    /// <summary>What an instance costs an hour; null where nobody knows. What people say goes before what clouds tell.</summary>
    /// <param name="cloud">On which cloud.</param>
    /// <param name="zone">In which zone; null where the cloud chooses.</param>
    /// <param name="size">Of which size; null for the cloud's default.</param>
    /// <param name="isInterruptible">Whether the cloud may take it back.</param>
    public decimal? Find(string cloud, string? zone, string? size, bool isInterruptible) =>
        IsEmpty || _only?.Contains(new(cloud, zone, size, isInterruptible)) is false
        ? null
        : _said.Find(cloud, zone, size, isInterruptible) ?? _told.Find(cloud, zone, size, isInterruptible);
}
