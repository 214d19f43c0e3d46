using System.CommandLine;
using System.CommandLine.Parsing;

using Muster.Cli.Rendering;
using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>The options that say how a command prints its result.</summary>
internal sealed class OutputOptions
{
    private readonly JsonOption _json = new();
    private readonly ChoiceOption<OutputFormat> _format;
    private readonly Option<bool>? _wide;
    private readonly Option<string?>? _columns;

    private OutputOptions(Choices<OutputFormat> formats, bool isTable)
    {
        _format = new(
            "--format",
            isTable ? "The form of the output; --json and --wide are short for it." : "The form of the output; --json is short for it.",
            formats);
        _format.Aliases.Add("-o");
        if (isTable)
        {
            _wide = new("--wide") { Description = "Show every column and whole ids, however long the lines become." };
            _columns = new("--columns")
            {
                Description = "Show only these columns, by their headings, with commas between them.",
                HelpName = "a,b",
            };
        }
    }

    /// <summary>The options of a command that prints no table.</summary>
    public static OutputOptions Plain() => new(new(("json", OutputFormat.Json)), isTable: false);

    /// <summary>The options of a table of things that have names.</summary>
    public static OutputOptions Table() =>
        new(new(("json", OutputFormat.Json), ("name", OutputFormat.Name), ("wide", OutputFormat.Wide)), isTable: true);

    /// <summary>The options of a table of things that have no names.</summary>
    public static OutputOptions NamelessTable() => new(new(("json", OutputFormat.Json), ("wide", OutputFormat.Wide)), isTable: true);

    private IEnumerable<Option> All => new Option?[] { _json, _format, _wide, _columns }.OfType<Option>();

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }

        command.Validators.Add(RefuseContradictions);
    }

    /// <summary>Refuses these options beside one that prints in a form of its own.</summary>
    /// <param name="command">Whose options they are.</param>
    /// <param name="other">The one with the form of its own.</param>
    /// <param name="form">The form, for the refusal.</param>
    /// <param name="takesJson">Whether that form can be JSON.</param>
    public void RefuseBeside(Command command, Option other, string form, bool takesJson) => command.Validators.Add(result =>
    {
        var isJson = result.GetValue(_json) || result.GetValue(_format) is OutputFormat.Json;
        if (result.GetResult(other) is null || (takesJson && isJson))
        {
            return;
        }

        foreach (var option in All.Where(option => result.GetResult(option) is not null))
        {
            result.AddError($"{option.Name} cannot be combined with {other.Name}: {other.Name} prints {form}");
        }
    });

    /// <summary>What was asked for.</summary>
    public Output Read(ParseResult parse) => new(
        parse.GetValue(_json) ? OutputFormat.Json
        : parse.GetValue(_format) is { } asked ? asked
        : _wide is not null && parse.GetValue(_wide) ? OutputFormat.Wide
        : OutputFormat.Text,
        _columns is null ? null : parse.GetValue(_columns)?.Split(','),
        IsChoosable: _columns is not null);

    /// <summary>Two forms at once: either of them would be ignored.</summary>
    private void RefuseContradictions(CommandResult result)
    {
        var forms = new List<(string Typed, OutputFormat Form)>();
        if (result.GetValue(_json))
        {
            forms.Add((_json.Name, OutputFormat.Json));
        }

        if (result.GetResult(_format) is not null && result.GetValue(_format) is { } asked)
        {
            forms.Add(($"{_format.Name} {asked.ToString().ToLowerInvariant()}", asked));
        }

        if (_wide is not null && result.GetValue(_wide))
        {
            forms.Add((_wide.Name, OutputFormat.Wide));
        }

        // JSON has every column and whole ids: with it, what is wide is what was asked for.
        if (forms.Exists(form => form.Form is OutputFormat.Json))
        {
            forms.RemoveAll(form => form.Form is OutputFormat.Wide);
        }

        if (forms.DistinctBy(form => form.Form).Take(2).ToArray() is [var one, var two])
        {
            result.AddError($"{one.Typed} and {two.Typed} cannot be combined: give one form of output");
        }
        else if (_columns is not null && result.GetResult(_columns) is not null
            && forms.FirstOrDefault(form => form.Form is OutputFormat.Json or OutputFormat.Name) is { Typed: { } typed })
        {
            result.AddError($"{_columns.Name} cannot be combined with {typed}: only a table has columns");
        }
    }
}
