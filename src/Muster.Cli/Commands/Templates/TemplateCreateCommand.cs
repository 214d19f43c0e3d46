using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Templates;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Templates;

/// <summary><c>muster template create</c></summary>
internal sealed class TemplateCreateCommand : ClientCommand
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "What it is called; the file's name field unless given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<FileInfo?> _file = new("--file", "-f")
    {
        Description = "A TOML file that holds the template; options given beside it win.",
        HelpName = "file",
    };

    private readonly Option<bool> _unchecked_ = new("--no-check")
    {
        Description = "Do not ask the cloud first whether image, size and networks exist.",
    };

    private readonly TemplateOptions _template = new();

    public TemplateCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a template: what an instance is. Templates never change; a change is a new template.",
            "muster template create web --cloud local --image 'muster hello' --metadata colour=blue",
            "muster template create -f web.toml")
    {
        Add(_name);
        Add(_file);
        _template.AddTo(this);
        Add(_unchecked_);
    }

    protected override FieldNames Fields(ParseResult parse) => parse.GetValue(_file) is null ? FieldNames.OfTemplate : FieldNames.None;

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var fromFile = parse.GetValue(_file) is { } path ? TemplateFile.Read(path.ToString()) : new TemplateInput();
        var input = _template.Read(parse, fromFile) with { Name = parse.GetValue(_name) ?? fromFile.Name };
        var created = await client.CreateTemplateAsync(
            input, check: !parse.GetValue(_unchecked_), cancellationToken: cancellationToken);
        TemplateViews.WriteLine(Terminal, created, Format(parse));
        return ExitCode.Ok;
    }
}
