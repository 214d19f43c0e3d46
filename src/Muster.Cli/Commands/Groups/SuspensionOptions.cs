using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;

namespace Muster.Cli.Commands.Groups;

/// <summary>What <c>group suspend</c> and <c>group resume</c> are about.</summary>
internal sealed class SuspensionOptions
{
    private readonly Option<bool> launch = new("--launch") { Description = "Launching." };
    private readonly Option<bool> terminate = new("--terminate") { Description = "Terminating." };
    private readonly Option<bool> replace = new("--replace")
    {
        Description = "Filling dead instances' places; changes of capacity still act.",
    };

    private readonly Option<string?> reason = CommonOptions.Reason();

    public void AddTo(Command command)
    {
        command.Add(launch);
        command.Add(terminate);
        command.Add(replace);
        command.Add(reason);
    }

    public SuspendInput Read(ParseResult parse) => new()
    {
        Launch = Given(parse.GetValue(launch)),
        Terminate = Given(parse.GetValue(terminate)),
        Replace = Given(parse.GetValue(replace)),
        Reason = parse.GetValue(reason),
    };

    // Left out means "not named"; the server takes nothing named for all three.
    private static bool? Given(bool flag) => flag ? true : null;
}
