using System.CommandLine;
using System.Globalization;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is any finite number, or a part in percent where that is said.</summary>
internal sealed class ValueOption : Option<double?>
{
    public ValueOption(string name, string description, bool takesPercent = false)
        : base(name)
    {
        Description = description;
        HelpName = takesPercent ? "n|n%" : "n";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            var isPercent = takesPercent && text.EndsWith('%');
            if (double.TryParse(isPercent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && double.IsFinite(value))
            {
                return isPercent ? value / 100 : value;
            }

            result.AddError($"{name} is '{text}': a number{(takesPercent ? ", or a percentage such as 10%" : "")}");
            return null;
        };
    }
}
