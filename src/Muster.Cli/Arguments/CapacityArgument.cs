using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>How many instances a group keeps: a number, or a change of it.</summary>
internal sealed class CapacityArgument : Argument<CapacityTarget>
{
    public CapacityArgument()
        : base("N")
    {
        Description = "How many instances there must be: a number, or a change of the present capacity: +2, -2, +30%, -10%.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!CapacityTarget.TryParse(text, out var target))
            {
                result.AddError($"N is '{text}': {CapacityTarget.Allowed}");
            }

            return target;
        };
    }
}
