using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An argument that is a whole number.</summary>
internal sealed class NumberArgument : Argument<int>
{
    public NumberArgument(string name, string description, int min = 0, int max = int.MaxValue)
        : base(name)
    {
        Description = description;
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (WholeNumber.TryParse(text, min, max, out var value))
            {
                return value;
            }

            result.AddError($"{name} is '{text}': {WholeNumber.Allowed(min, max)}");
            return 0;
        };
    }
}
