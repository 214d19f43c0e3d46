using System.CommandLine;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Prices;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is an amount an hour, or <c>off</c>.</summary>
internal sealed class SpendLimitOption : Option<decimal?>
{
    private const string Off = "off";
    private const string Flag = "--spend-per-hour-max";

    public SpendLimitOption(string description)
        : base(Flag)
    {
        Description = description;
        HelpName = "n|off";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (text == Off)
            {
                return PriceRules.NoLimit;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value > 0 && PriceRules.IsAmount(value, PriceRules.SpendMax))
            {
                return value;
            }

            result.AddError($"{Flag} is '{text}': {PriceRules.LimitRule}, such as 2.5; or off");
            return null;
        };
    }
}
