using System.CommandLine;

using Muster.Core;

namespace Muster.Cli.Arguments;

/// <summary>The name of a group's policy.</summary>
internal sealed class PolicyNameArgument : Argument<string>
{
    public PolicyNameArgument()
        : base("NAME")
    {
        Description = "Name of the policy.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!EntityName.IsValid(text))
            {
                result.AddError($"NAME is '{text}': {EntityName.RuleFor(text)}");
            }

            return text;
        };
    }
}
