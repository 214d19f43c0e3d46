using System.CommandLine;
using System.Globalization;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Clouds;
using Muster.Core;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud check</c></summary>
internal sealed class CloudCheckCommand : ClientCommand
{
    // The word of the API for a credential that the cloud refuses.
    private const string Unauthorized = "unauthorized";

    private readonly NameArgument _name = new("cloud") { Description = "Name of the cloud, as the server's configuration has it." };
    private readonly NameOption _template = new("--template", "template", "A template whose image, size and networks are asked about too.");

    public CloudCheckCommand(Terminal terminal)
        : base(
            terminal,
            "check",
            "Ask a cloud, step by step, whether it answers, takes the credential, and can make a template's instances.",
            "muster cloud check local",
            "muster cloud check docker --template web")
    {
        Add(_name);
        Add(_template);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var check = await client.CheckCloudAsync(parse.GetRequiredValue(_name), parse.GetValue(_template), cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, check, ApiJson.Default.CloudCheckView);
        }
        else
        {
            foreach (var step in check.Steps)
            {
                Terminal.Out.WriteLine(VisibleText.OneLine($"{(step.Good ? "✓" : "✗")} {step.Step}: {step.Message}"));
            }

            var details = new Details()
                .Add("Cloud", $"{check.Name} ({check.Kind})")
                .Add("Verdict", check.Good ? new Cell("good", Tone.Good) : new Cell(check.Error ?? "bad", Tone.Bad))
                .Add("Message", check.Message)
                .Add("Instances", check.Instances?.ToString(CultureInfo.InvariantCulture))
                .Add("Took", string.Create(CultureInfo.InvariantCulture, $"{check.ElapsedMs:0} ms"));
            if (check.Error == Unauthorized && CloudKinds.Find(check.Kind) is { Description: var description })
            {
                details.Add("Credential", description.Credential);
                foreach (var privilege in description.LeastPrivilege)
                {
                    details.Add("Needs", KindOptions.Plain($"{privilege.Calls} ({privilege.For})"));
                }
            }

            details.Write(Terminal);
        }

        return check.Good ? ExitCode.Ok : ExitCode.Error;
    }
}
