using System.CommandLine;

using Muster.Api.Groups;
using Muster.Cli.Arguments;

namespace Muster.Cli.Commands.Groups;

/// <summary>What <c>group suspend</c> and <c>group resume</c> are about.</summary>
internal sealed class SuspensionOptions
{
    private readonly Option<bool> _launch = new("--launch") { Description = "Launching." };
    private readonly Option<bool> _terminate = new("--terminate") { Description = "Terminating." };
    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Filling dead instances' places; changes of capacity still act.",
    };

    private readonly Option<string?> _reason = CommonOptions.Reason();

    public void AddTo(Command command)
    {
        command.Add(_launch);
        command.Add(_terminate);
        command.Add(_replace);
        command.Add(_reason);
    }

    public SuspendInput Read(ParseResult parse) => new()
    {
        Launch = Given(parse.GetValue(_launch)),
        Terminate = Given(parse.GetValue(_terminate)),
        Replace = Given(parse.GetValue(_replace)),
        Reason = parse.GetValue(_reason),
    };

    // Left out means "not named"; the server takes nothing named for all three.
    private static bool? Given(bool flag) => flag ? true : null;
}
