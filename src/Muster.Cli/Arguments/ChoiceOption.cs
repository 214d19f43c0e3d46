using System.CommandLine;

using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is one of a few words.</summary>
internal sealed class ChoiceOption<T> : Option<T?>, IOffersWords where T : struct, Enum
{
    public ChoiceOption(string name, string description, Choices<T> choices)
        : base(name)
    {
        Description = description;
        HelpName = string.Join('|', choices.Words);
        Offered = choices.Words;
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && choices.TryParse(token.Value, out var value))
            {
                return value;
            }

            result.AddError($"{name} is '{result.Tokens[^1].Value}': {choices.Allowed}");
            return null;
        };
    }

    /// <inheritdoc/>
    public IEnumerable<string> Offered { get; }
}
