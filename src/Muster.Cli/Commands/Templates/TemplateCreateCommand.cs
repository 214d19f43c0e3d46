using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Templates;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Commands.Templates;

/// <summary><c>muster template create</c></summary>
internal sealed class TemplateCreateCommand : ClientCommand
{
    private readonly NewNameArgument _name = new("template", "the file's name field unless given") { Arity = ArgumentArity.ZeroOrOne };
    private readonly InputFileOption _file = new("--file", "-f")
    {
        Description = "A TOML file that holds the template; options given beside it win.",
    };

    private readonly Option<bool> _unchecked_ = new("--no-check")
    {
        Description = "Do not ask the cloud first whether image, size and networks exist.",
    };

    private readonly Option<string?> _like = new("--like")
    {
        Description = "Read this machine of --cloud, by its id there, into the template; what is given beside it wins.",
        HelpName = "id",
    };

    private readonly TemplateOptions _template = new();

    public TemplateCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a template: what an instance is. Templates never change; a change is a new template.",
            "muster template create web --cloud local --image 'muster hello' --metadata colour=blue",
            "muster template create -f web.toml",
            "muster template create web --cloud aws --like i-0123456789abcdef0")
    {
        Add(_name);
        Add(_file);
        Add(_like);
        _template.AddTo(this);
        Add(_unchecked_);
        Validators.Add(result =>
        {
            if (result.GetResult(_like) is not null && result.GetResult(_file) is not null)
            {
                result.AddError("--like cannot be combined with --file: a template is read from one of them");
            }
        });
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfTemplate.In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var begun = parse.GetValue(_file)?.ToString() is { } path ? TemplateFile.Read(path, _file.Open(path, [], [.. TypedFields(parse)]))
            : parse.GetValue(_like) is { } machine ? await ReadMachineAsync(parse, client, machine, cancellationToken)
            : new TemplateInput();
        var input = _template.Read(parse, begun) with { Name = parse.GetValue(_name) ?? begun.Name };
        NewNameArgument.Check(_file.Places, input.Name);
        var created = await client.CreateTemplateAsync(
            input, check: !parse.GetValue(_unchecked_), cancellationToken: cancellationToken);
        TemplateViews.WriteLine(Terminal, created, Format(parse));
        return ExitCode.Ok;
    }

    private IEnumerable<string> TypedFields(ParseResult parse) =>
        parse.GetValue(_name) is null ? _template.Fields(parse) : _template.Fields(parse).Append("name");

    private async Task<TemplateInput> ReadMachineAsync(
        ParseResult parse, MusterClient client, string machine, CancellationToken cancellationToken)
    {
        var cloud = _template.Read(parse, new()).Cloud
            ?? throw new CliException(ExitCode.Usage, $"--like is '{machine}': --cloud must say where that machine is");
        var draft = await client.ReadTemplateAsync(cloud, machine, cancellationToken);
        foreach (var left in draft.LeftOut)
        {
            Terminal.Error.WriteLine(VisibleText.OneLine($"muster: left out: {left}"));
        }

        return draft.Template;
    }
}
