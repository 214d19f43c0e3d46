using Muster.Core.Prices;

namespace Muster.Records;

/// <summary>The form of an <see cref="AccountSpend"/>.</summary>
public sealed record AccountSpendForm(decimal Max, decimal Others)
{
    /// <summary>The form; null where nobody limits it.</summary>
    public static AccountSpendForm? Of(AccountSpend? spend) => spend is null ? null : new(spend.Max, spend.Others);

    /// <summary>The value again.</summary>
    public AccountSpend ToValue() => new(Max, Others);
}
