using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Instances;

/// <summary>A command about one instance.</summary>
internal abstract class InstanceCommand : ClientCommand
{
    private readonly InstanceArgument _id;
    private readonly NameOption _cloud = new("--cloud", "cloud", "The instance's cloud, where several have one of that id.");

    /// <param name="terminal">What is around it.</param>
    /// <param name="name">Its word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="takesNames">Whether it takes more than whole ids.</param>
    /// <param name="examples">Command lines that work.</param>
    protected InstanceCommand(Terminal terminal, string name, string description, bool takesNames, params string[] examples)
        : base(terminal, name, description, examples)
    {
        _id = new(takesNames);
        Add(_id);
        Add(_cloud);
    }

    /// <summary>Which instance.</summary>
    protected string Id(ParseResult parse) => parse.GetRequiredValue(_id);

    /// <summary>On which cloud; null for any.</summary>
    protected string? Cloud(ParseResult parse) => parse.GetValue(_cloud);

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfInstance;
}
