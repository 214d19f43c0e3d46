namespace Muster.Records;

/// <summary>Amounts of money as the stores keep them: whole millionths, exactly what prices have. Finer is cut off.</summary>
public static class Millionths
{
    private const decimal One = 1_000_000m;

    /// <summary>An amount as a number.</summary>
    /// <exception cref="OverflowException">It is beyond what a number holds.</exception>
    public static long From(decimal amount) => decimal.ToInt64(amount * One);

    /// <summary>An amount as a number; null for none.</summary>
    /// <exception cref="OverflowException">It is beyond what a number holds.</exception>
    public static long? From(decimal? amount) => amount is { } value ? From(value) : null;

    /// <summary>The amount of a number.</summary>
    public static decimal ToAmount(long millionths) => millionths / One;

    /// <summary>The amount of a number; null for none.</summary>
    public static decimal? ToAmount(long? millionths) => millionths is { } value ? ToAmount(value) : null;
}
