using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An option that names something at the server, or gives its id.</summary>
internal sealed class NameOption : Option<string?>, IOffersNames
{
    public NameOption(string name, string what, string description)
        : base(name)
    {
        Named = what;
        Description = description;
        HelpName = "name";
    }

    /// <inheritdoc/>
    public string Named { get; }
}
