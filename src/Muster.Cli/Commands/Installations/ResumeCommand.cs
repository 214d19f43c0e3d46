using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Installations;

/// <summary><c>muster resume</c></summary>
internal sealed class ResumeCommand : ClientCommand
{
    private readonly Option<bool> _all = new("--all")
    {
        Description = "Resume the whole installation; 'muster group resume' resumes one group.",
        Required = true,
    };

    public ResumeCommand(Terminal terminal)
        : base(
            terminal,
            "resume",
            "End the installation's pause: every server launches and terminates again. Needs an admin of scope installation.",
            "muster resume --all")
    {
        Add(_all);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        if (!parse.GetValue(_all))
        {
            throw new CliException(
                ExitCode.Usage,
                "--all is missing: 'muster resume --all' resumes the whole installation, and 'muster group resume NAME' one group");
        }

        var resumed = await client.ResumeAsync(cancellationToken);
        if (WantsJson(parse))
        {
            Json.Write(Terminal.Out, resumed, ApiJson.Default.ResumedView);
        }
        else
        {
            Terminal.Out.WriteLine(VisibleText.OneLine(resumed.Ended is { } pause
                ? $"resumed; {pause.By} had paused the installation at {Moments.Text(pause.Since)}: {pause.Reason}"
                : "the installation is not paused"));
        }

        return ExitCode.Ok;
    }
}
