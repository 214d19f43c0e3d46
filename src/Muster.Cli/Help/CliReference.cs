using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Muster.Cli.Help;

/// <summary>Makes <c>docs/cli.md</c> of the command tree; a test fails when the committed page is another.</summary>
internal static class CliReference
{
    private const string Introduction =
        """
        # The command line

        <!-- Made from the command tree: MUSTER_ACCEPT=1 ./test Cli writes it anew. -->

        Data goes to stdout, and nothing but data; errors, progress and hints go to stderr. On a terminal there are tables, colours and a progress
        bar; in a pipe there is aligned text, a row a line. `NO_COLOR` turns colours off. `--json` prints the API's own shapes: one object, an array
        for a list, one object a line for what goes on (`group activity --follow`, `scale`). `scale --json` keeps the words of the talk that it
        comes from: its `LAUNCH`, `TERMINATE` and `NO_OP` are the API's `launch`, `terminate` and `no_op`.

        A table fits its terminal: ids are shown by their start, sentences are wrapped, and columns go when there is no room. `--wide` shows
        everything, `--columns` what you name, `-o name` names alone. What a terminal would obey in a name or a message is shown as an escape, such
        as `\x1b`; JSON has it as it is.

        A group, template or token is named by its name, its id, or the start of its id, eight letters or more. `--addr`, `--token-file`, `--json`,
        `-o`, `--wide` and `--columns` may stand before the command as well as behind it. A number is digits alone; where a capacity is changed, a
        sign makes it a change (`+2`, `-10%`). Times are written `500ms`, `30s`, `5m`, `1h`, `90d` or `1h30m`.

        | variable | meaning |
        | --- | --- |
        | `MUSTER_ADDR` | the server's address; `--addr` wins; `http://127.0.0.1:7474` unless set |
        | `MUSTER_TOKEN` | the bearer token; `--token-file` wins. There is no option that takes the token itself: others could read it in the list of processes |
        | `XDG_DATA_HOME` | `muster dev` and `muster scale` keep their data in `muster` below it; `~/.local/share` unless set |
        | `NO_COLOR` | no colours |

        `source <(muster completion bash)` teaches the shell every word below.

        ## Exit codes

        """;

    /// <summary>The whole page.</summary>
    public static string For(RootCommand root)
    {
        var page = new StringBuilder(Introduction).AppendLine().AppendLine("| code | meaning |").AppendLine("| --- | --- |");
        foreach (var (code, meaning) in ExitCodes.All)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"| {(int)code} | {meaning} |");
        }

        foreach (var command in Leaves(root))
        {
            page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {HelpPage.Path(command)}").AppendLine();
            page.AppendLine("```").Append(HelpPage.For(command)).AppendLine("```");
        }

        return page.ToString();
    }

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0
        ? [command]
        : command.Subcommands.Where(child => !child.Hidden).SelectMany(Leaves);
}
