using System.CommandLine;

using Muster.Core;

namespace Muster.Cli.Arguments;

/// <summary>The name of what a command is about, or its id.</summary>
internal class NameArgument : Argument<string>, IOffersNames
{
    public NameArgument(string what)
        : base("NAME")
    {
        Named = what;
        Description = $"Name of the {what}, its id, or the start of its id.";
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

    /// <inheritdoc/>
    public string Named { get; protected init; }
}
