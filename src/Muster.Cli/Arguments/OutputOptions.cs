using System.CommandLine;

using Muster.Cli.Rendering;

namespace Muster.Cli.Arguments;

/// <summary>How a command prints what it has.</summary>
internal sealed class OutputOptions
{
    private readonly JsonOption json = new();
    private readonly ChoiceOption<OutputFormat> format;
    private readonly Option<bool>? wide;
    private readonly Option<string?>? columns;

    private OutputOptions(Choices<OutputFormat> formats, bool isTable)
    {
        format = new("--format", isTable ? "In which form; --json and --wide say the same." : "In which form; --json says the same.", formats);
        format.Aliases.Add("-o");
        if (isTable)
        {
            wide = new("--wide") { Description = "Every column, ids whole, however long the lines become." };
            columns = new("--columns") { Description = "These columns and no others, by their headings, with commas between them.", HelpName = "a,b" };
        }
    }

    /// <summary>Of what is no table.</summary>
    public static OutputOptions Plain() => new(new(("json", OutputFormat.Json)), isTable: false);

    /// <summary>Of a table of things that have names.</summary>
    public static OutputOptions Table() =>
        new(new(("json", OutputFormat.Json), ("name", OutputFormat.Name), ("wide", OutputFormat.Wide)), isTable: true);

    /// <summary>Of a table of things that have none.</summary>
    public static OutputOptions NamelessTable() => new(new(("json", OutputFormat.Json), ("wide", OutputFormat.Wide)), isTable: true);

    public void AddTo(Command command)
    {
        command.Add(json);
        command.Add(format);
        if (wide is not null && columns is not null)
        {
            command.Add(wide);
            command.Add(columns);
        }
    }

    /// <summary>What was asked for.</summary>
    public Output Read(ParseResult parse) => new(
        parse.GetValue(json) ? OutputFormat.Json
        : parse.GetValue(format) is { } asked ? asked
        : wide is not null && parse.GetValue(wide) ? OutputFormat.Wide
        : OutputFormat.Text,
        columns is null ? null : parse.GetValue(columns)?.Split(','));
}
