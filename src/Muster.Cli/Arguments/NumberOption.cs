using System.CommandLine;

using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is a whole number within bounds.</summary>
internal sealed class NumberOption : Option<int?>
{
    public NumberOption(string name, string description, int min = 0, int max = int.MaxValue)
        : base(name)
    {
        Description = description;
        HelpName = "n";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (WholeNumber.TryParse(text, min, max, out var value))
            {
                return value;
            }

            result.AddError($"{name} is '{text}': {WholeNumber.Allowed(min, max)}");
            return null;
        };
    }
}
