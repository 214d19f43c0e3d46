using System.Globalization;

namespace Muster.Core.Prices;

/// <summary>Amounts in words.</summary>
public static class Money
{
    /// <summary>An amount, without the zeros at its end.</summary>
    public static string Text(decimal amount) => amount.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>What an hour costs: <c>0.05 EUR an hour</c>.</summary>
    public static string AnHour(decimal amount, string currency) => $"{Text(amount)} {currency} an hour";
}
