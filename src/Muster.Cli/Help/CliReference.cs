using System.CommandLine;
using System.Globalization;
using System.Text;

using Muster.Cli.Exits;

namespace Muster.Cli.Help;

/// <summary>Makes <c>docs/cli.md</c> from the command tree; a test fails when the committed page differs.</summary>
internal static class CliReference
{
    private const string Introduction =
        """
        # The command line

        <!-- Made from the command tree: MUSTER_ACCEPT=1 ./test Cli writes it anew. -->

        Commands write data to stdout, and errors, progress and hints to stderr. A terminal gets tables, colours and a progress bar; a pipe gets
        aligned text, one row a line. `NO_COLOR` turns colours off. `--json` prints the API's own shapes: an object, an array for a list, and one
        object a line for streams (`group activity --follow`, `scale`). `scale --json` prints the words of the original talk: `LAUNCH`, `TERMINATE`
        and `NO_OP` are the API's `launch`, `terminate` and `no_op`.

        A table fits its terminal: it shows the start of ids, wraps sentences, and leaves out columns. `--wide` shows everything, `--columns` the
        columns you name, `-o name` names alone. Options that contradict each other are refused. A terminal shows control characters in names
        and messages as escapes, such as `\x1b`; JSON has them as they are, and so have `-o name` and `--only` in a pipe, one value a line.

        You may give a group, template or token by its name, its id, or the first eight or more letters of its id. `--addr`, `--token-file`,
        `--json`, `-o`, `--wide` and `--columns` may stand before or after the command. A number consists of digits; for a capacity, a sign makes it
        a change (`+2`, `-10%`). Write times as `500ms`, `30s`, `5m`, `1h`, `90d` or `1h30m`.

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
