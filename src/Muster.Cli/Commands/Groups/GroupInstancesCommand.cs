using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group instances</c></summary>
internal sealed class GroupInstancesCommand : ClientCommand
{
    private readonly NameArgument name = new("group");
    private readonly Option<string?> only = new("--only")
    {
        Description = "Print one field alone, a line an instance: id, name, state, address, or an attribute such as pid.",
        HelpName = "field",
    };

    public GroupInstancesCommand(Terminal terminal)
        : base(
            terminal, "instances", "List a group's instances as their cloud shows them now, oldest first.",
            "muster group instances web",
            "kill -9 $(muster group instances web --only pid | head -n 1)")
    {
        Add(name);
        Add(only);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var page = await client.ListInstancesAsync(parse.GetRequiredValue(name), cancellationToken);
        if (parse.GetValue(only) is not { } field)
        {
            InstanceViews.Write(Terminal, page.Items, WantsJson(parse));
            return ExitCode.Ok;
        }

        foreach (var instance in page.Items)
        {
            Terminal.Out.WriteLine(field switch
            {
                "id" => instance.Id,
                "name" => instance.Name,
                "state" => instance.State,
                "address" => instance.Addresses.Count > 0 ? instance.Addresses[0] : "",
                _ => instance.Attributes.GetValueOrDefault(field) ?? "",
            });
        }

        return ExitCode.Ok;
    }
}
