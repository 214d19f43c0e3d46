using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary><c>--capacity</c> of a group that exists: a number, or a change.</summary>
internal sealed class CapacityOption : Option<CapacityTarget?>
{
    public CapacityOption()
        : base("--capacity")
    {
        Description = "How many instances there must be: a number, or a change of the present capacity: +2, -2, +30%, -10%.";
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
