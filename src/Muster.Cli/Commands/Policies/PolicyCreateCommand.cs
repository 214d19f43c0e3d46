using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy create</c></summary>
internal sealed class PolicyCreateCommand : ClientCommand
{
    private readonly NewNameArgument _name = new("policy", "the file's name field unless given") { Arity = ArgumentArity.ZeroOrOne };
    private readonly NameOption _group = CommonOptions.Group();
    private readonly InputFileOption _file = CommonOptions.InputFile();

    private readonly Option<string?> _kind = new("--kind")
    {
        Description = "What it goes by: the clock, steps, a target, a queue's length, a forecast, or an outside voice.",
        HelpName = "schedule|step|target|backlog|predictive|receiver",
    };

    private readonly PolicyOptions _policy = new();

    public PolicyCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a policy: from then on it recommends how many instances its group is to have.",
            "muster policy create office --group dev --kind schedule --window 'Mon-Fri 08:00-18:00' --zone Europe/Berlin "
                + "--inside min=3 --outside max=0",
            "muster policy create alarm --group web --kind step --metric cpu --above 80 --for 5m --add 30%",
            "muster policy create level --group web --kind target --metric cpu --target 60",
            "muster policy create work --group jobs --kind backlog --metric queue --per-instance 100",
            "muster policy create level --group web -f level.toml")
    {
        Add(_name);
        Add(_group);
        Add(_file);
        Add(_kind);
        _policy.AddTo(this);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        PolicyOptions.Fields.In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var given = _policy.Read(parse) with { Name = parse.GetValue(_name), Kind = parse.GetValue(_kind) };
        var input = _file.Read(parse, given, ApiJson.Default.PolicyInput);
        NewNameArgument.Check(_file.Places, input.Name);
        var created = await client.CreatePolicyAsync(parse.GetRequiredValue(_group)!, input, cancellationToken);
        PolicyViews.WriteChange(Terminal, created, "created", client.Address, Format(parse));
        return ExitCode.Ok;
    }
}
