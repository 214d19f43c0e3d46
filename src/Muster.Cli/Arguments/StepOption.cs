using System.CommandLine;
using System.Globalization;

using Muster.Api.Policies;

namespace Muster.Cli.Arguments;

/// <summary>An option given any number of times, each a step: <c>0..20=+10%</c>, <c>20..=+30%</c>.</summary>
internal sealed class StepOption : Option<IReadOnlyList<PolicyStepInput>?>
{
    public StepOption()
        : base("--step")
    {
        Description = "What is done where the value is passed by that much, instead of --add, --remove and --set. Repeated; in order.";
        HelpName = "from..to=change";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var steps = new List<PolicyStepInput>();
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                if (Read(text) is { } step)
                {
                    steps.Add(step);
                }
                else
                {
                    result.AddError($"--step is '{text}': from..to=change, such as 0..20=+10% or 20..=+30%");
                }
            }

            return steps;
        };
    }

    private static PolicyStepInput? Read(string text)
    {
        if (text.Split('=', 2) is not [var range, { Length: > 0 } adjust] || range.Split("..") is not [var from, var to])
        {
            return null;
        }

        return TryRead(from, out var low) && TryRead(to, out var high) ? new() { From = low, To = high, Adjust = adjust } : null;
    }

    private static bool TryRead(string text, out double? value)
    {
        value = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return false;
        }

        value = number;
        return true;
    }
}
