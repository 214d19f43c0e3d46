using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Core.Prices;

/// <summary>What a price must be, alone and beside others. Each rule says what is wrong by the field's name in the configuration.</summary>
public static class PriceRules
{
    /// <summary>Most that an instance costs an hour.</summary>
    public const decimal AmountMax = 1_000_000m;

    /// <summary>Most decimals of an amount: what is kept of it is a whole number of millionths.</summary>
    public const int Decimals = 6;

    /// <summary>Most prices of an installation: whoever has more names sizes that nobody uses.</summary>
    public const int CountMax = 10_000;

    /// <summary>
    /// Most that a limit on what is spent an hour may be, and most that counts of what one group costs: the stores add up more than a
    /// hundred thousand of them, in millionths, without running over.
    /// </summary>
    public const decimal SpendMax = 50_000_000m;

    /// <summary>What is asked for where a limit is to be lifted.</summary>
    public const decimal NoLimit = 0;

    /// <summary>The field of what is wrong with a price as a whole.</summary>
    public const string Whole = "price";

    private const int NameLengthMax = 128;
    private const int CurrencyLength = 3;

    /// <summary>The amounts that are allowed, in words.</summary>
    public static string AmountRule => Text($"0 to {AmountMax} an hour, with {Decimals} decimals at most");

    /// <summary>What a limit on what is spent an hour may be, in words.</summary>
    public static string LimitRule => Text($"more than 0, at most {SpendMax}, with {Decimals} decimals at most");

    /// <summary>The same where 0 says that there is none.</summary>
    public static string SpendRule => $"{LimitRule}; 0 for no limit";

    /// <summary>Whether an amount can be kept exactly.</summary>
    public static bool IsAmount(decimal amount, decimal max) => amount >= 0 && amount <= max && decimal.Round(amount, Decimals) == amount;

    /// <summary>What is wrong with a price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="before">Those that stand before it and are right.</param>
    /// <returns>Field, value and what is allowed, of each thing that is wrong; nothing where nothing is.</returns>
    public static ImmutableArray<InputError> Check(Price price, IReadOnlyList<Price> before)
    {
        ArgumentNullException.ThrowIfNull(price);
        ArgumentNullException.ThrowIfNull(before);
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckName("cloud", price.Cloud, errors);
        CheckName("zone", price.Zone, errors);
        CheckName("size", price.Size, errors);
        if (!IsAmount(price.Amount, AmountMax))
        {
            errors.Add(new("amount", Text($"{price.Amount}"), AmountRule));
        }

        if (price.Currency.Length != CurrencyLength || !price.Currency.All(char.IsAsciiLetterUpper))
        {
            errors.Add(new("currency", price.Currency, "three capital letters, such as EUR"));
        }
        else if (before is [var first, ..] && first.Currency != price.Currency)
        {
            errors.Add(new("currency", price.Currency, $"one currency everywhere: the price of {first.Scope} is in {first.Currency}"));
        }

        if (before.Count >= CountMax)
        {
            errors.Add(new(Whole, Text($"{before.Count + 1} prices"), Text($"at most {CountMax} prices")));
        }

        return errors.DrainToImmutable();
    }

    /// <summary>What is wrong with the second price for the same.</summary>
    internal static InputError Twice(Price price) =>
        new(Whole, price.Scope.ToString(), "one price for the same, and there is one already");

    private static void CheckName(string field, string? name, ImmutableArray<InputError>.Builder errors)
    {
        if (name is not null && (name.Length is 0 or > NameLengthMax || name.Any(char.IsControl)))
        {
            errors.Add(new(
                field,
                name.Any(char.IsControl) || name.Length == 0 ? null : Text($"{name.Length} characters"),
                Text($"1 to {NameLengthMax} visible characters")));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
