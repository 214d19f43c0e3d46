using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Policies;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy update</c></summary>
internal sealed class PolicyUpdateCommand : ClientCommand
{
    private readonly PolicyNameArgument _name = new();
    private readonly NameOption _group = CommonOptions.Group();
    private readonly InputFileOption _file = new("--file", "-f")
    {
        Description = "A TOML file with the fields that change; options come before it; its name field renames nothing.",
    };

    private readonly Option<bool> _newSecret = new("--new-secret")
    {
        Description = "receiver: make its secret anew, and show it this once. The old one opens nothing any more.",
    };

    private readonly PolicyOptions _policy = new();

    public PolicyUpdateCommand(Terminal terminal)
        : base(
            terminal, "update", "Change a policy, or how far it is followed. What is not named stays.",
            "muster policy update level --group web --mode recommend",
            "muster policy update level --group web --target 50 --tolerance 5%",
            "muster policy update pager --group web --new-secret")
    {
        Add(_name);
        Add(_group);
        Add(_file);
        Add(_newSecret);
        _policy.AddTo(this);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        PolicyOptions.Fields.In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var (group, name) = (parse.GetRequiredValue(_group)!, parse.GetRequiredValue(_name));
        // The file that made a policy may change another: its name says which it was written for.
        var change = _file.Read(parse, _policy.Read(parse), ApiJson.Default.PolicyInput) with { Name = null };
        var makesSecret = parse.GetValue(_newSecret);
        if (change == new PolicyInput() && !makesSecret)
        {
            throw new CliException(ExitCode.Usage, "nothing to change: name at least one option");
        }

        var changed = change == new PolicyInput()
            ? null
            : await client.UpdatePolicyAsync(group, name, change, cancellationToken);
        if (makesSecret)
        {
            changed = await client.RenewSecretAsync(group, name, cancellationToken);
        }

        PolicyViews.WriteChange(Terminal, changed!, "changed", client.Address, Format(parse));
        return ExitCode.Ok;
    }
}
