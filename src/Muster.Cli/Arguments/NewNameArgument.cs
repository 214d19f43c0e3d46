using Muster.Cli.Exits;
using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Arguments;

/// <summary>The name of what a command makes.</summary>
/// <remarks>
/// An option that a command does not know is an argument to it: without a rule of its own, <c>group create --dryrun</c> would make a group
/// of that name. What has such a name already is reached by it all the same.
/// </remarks>
internal sealed class NewNameArgument : NameArgument
{
    private const string NoOption = "a name that does not begin with -, which is how options begin";

    /// <param name="what">What is made.</param>
    /// <param name="unless">Where the name comes from unless it is given; null where it must be.</param>
    public NewNameArgument(string what, string? unless = null)
        : base(what)
    {
        Named = "";
        Description = $"Name of the {what}: {EntityName.Rule}{(unless is null ? "" : $"; {unless}")}.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!EntityName.IsValid(text))
            {
                result.AddError($"NAME is '{text}': {EntityName.RuleFor(text)}");
            }
            else if (text.StartsWith('-'))
            {
                result.AddError($"NAME is '{text}': {NoOption}");
            }

            return text;
        };
    }

    /// <summary>Refuses the same names where a file gives them.</summary>
    /// <param name="file">Where the file's fields stand; null where there is none.</param>
    /// <param name="name">The name that goes by; null where there is none.</param>
    /// <exception cref="CliException">It begins as an option does.</exception>
    public static void Check(FilePlaces? file, string? name)
    {
        if (file is not null && name?.StartsWith('-') is true)
        {
            var place = file.Find("name", canBeAbsent: false) is (_, var line) ? $"{file.Path}:{line}" : file.Path;
            throw new CliException(ExitCode.Usage, $"{place}: name is '{name}': {NoOption}");
        }
    }
}
