using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An option given any number of times, each a <c>key=value</c>.</summary>
internal sealed class PairsOption : Option<SortedDictionary<string, string>>
{
    /// <summary>A section of the help with the keys that there are; made only when help is asked for. Null where any will do.</summary>
    public (string Title, Func<IEnumerable<(string Label, string? Description)>> Rows)? Keys { get; init; }

    public PairsOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "key=value";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                var split = text.IndexOf('=', StringComparison.Ordinal);
                if (split < 1)
                {
                    result.AddError($"{name} is '{text}': key=value");
                }
                else if (!pairs.TryAdd(text[..split], text[(split + 1)..]))
                {
                    result.AddError($"{name} is '{text}': '{text[..split]}' was given already");
                }
            }

            return pairs;
        };
    }
}
