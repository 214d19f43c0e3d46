using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>
/// Options that say which server and how to print may stand before the command, or within its words, as well as behind it:
/// <c>muster --addr URL group list</c>.
/// </summary>
/// <remarks>They stay the commands' own: one that asks no server, such as <c>dev</c>, goes on refusing <c>--addr</c>.</remarks>
internal static class LeadingOptions
{
    private static readonly string[] WithValue = ["--addr", "--token-file", "--format", "-o", "--columns"];
    private static readonly string[] Alone = ["--json", "--wide"];

    /// <summary>The same command line with such options behind the command's words.</summary>
    public static string[] Behind(string[] args, RootCommand root)
    {
        Command command = root;
        var (words, options) = (new List<string>(), new List<string>());
        var next = 0;
        while (next < args.Length && command.Subcommands.Count > 0)
        {
            var word = args[next];
            if (command.Subcommands.FirstOrDefault(child => child.Name == word) is { } child)
            {
                command = child;
                words.Add(word);
                next++;
            }
            else if (Length(word) is > 0 and var length)
            {
                options.AddRange(args.Skip(next).Take(length));
                next += length;
            }
            else
            {
                break;
            }
        }

        // Without a command it is the command that is missing, and not they that are wrong.
        return [.. words, .. words.Count > 0 ? options : [], .. args.Skip(next)];
    }

    private static int Length(string word) =>
        Alone.Contains(word) || WithValue.Any(name => word.StartsWith($"{name}=", StringComparison.Ordinal)) ? 1
        : WithValue.Contains(word) ? 2
        : 0;
}
