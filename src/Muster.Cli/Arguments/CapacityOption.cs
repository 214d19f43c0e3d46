using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary><c>--capacity</c> of a group that there is: a number, or a change of it.</summary>
internal sealed class CapacityOption : Option<CapacityTarget?>
{
    public CapacityOption()
        : base("--capacity")
    {
        Description = "How many instances there must be: a number, or a change of what is wanted now: +2, -2, +30%, -10%.";
        HelpName = "n";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (CapacityTarget.TryParse(text, out var target))
            {
                return target;
            }

            result.AddError($"--capacity is '{text}': {CapacityTarget.Allowed}");
            return null;
        };
    }
}
