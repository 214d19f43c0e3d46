using System.CommandLine;

using Muster.Core;

namespace Muster.Cli.Arguments;

/// <summary>The name of what a command is about, or its id.</summary>
internal class NameArgument : Argument<string>
{
    public NameArgument(string what)
        : base("NAME")
    {
        Description = $"Name or id of the {what}.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!EntityName.IsValid(text))
            {
                result.AddError($"NAME is '{text}': {EntityName.Rule}");
            }

            return text;
        };
    }
}
