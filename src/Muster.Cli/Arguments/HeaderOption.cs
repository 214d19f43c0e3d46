using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An option given any number of times, each a header as <c>NAME:VALUE</c>.</summary>
internal sealed class HeaderOption : Option<SortedDictionary<string, string>?>
{
    public HeaderOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "name:value";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                var split = text.IndexOf(':', StringComparison.Ordinal);
                if (split < 1)
                {
                    // What stands there may be a secret without its name.
                    result.AddError($"{name} has no colon: NAME:VALUE");
                }
                else if (!headers.TryAdd(text[..split].Trim(), text[(split + 1)..].Trim()))
                {
                    result.AddError($"{name} is '{text[..split]}:...': {text[..split]} was given already");
                }
            }

            return headers;
        };
    }
}
