using System.CommandLine;
using System.Globalization;
using System.Text;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Exits;

namespace Muster.Cli.Help;

/// <summary>One command's help as text; <c>docs/cli.md</c> is made of the same pages.</summary>
internal static class HelpPage
{
    /// <summary>Columns beyond which a description is wrapped under itself.</summary>
    private const int WidthMax = 100;

    /// <summary>The page of a command.</summary>
    public static string For(Command command)
    {
        var page = new StringBuilder();
        page.AppendLine(command.Description).AppendLine();
        page.AppendLine("Usage:").Append("  ").AppendLine(Usage(command));
        Section(page, "Commands", command.Subcommands.Where(child => !child.Hidden).Select(child => (child.Name, child.Description)));
        Section(
            page,
            "Arguments",
            command.Arguments.Where(argument => !argument.Hidden).Select(argument => (argument.Name, argument.Description)));
        Section(page, "Options", Options(command).Select(option => (Label(option), option.Description)));
        foreach (var keys in command.Options
            .OfType<PairsOption>()
            .Select(option => option.Keys).OfType<(string Title, Func<IEnumerable<(string, string?)>> Rows)>())
        {
            Section(page, keys.Title, keys.Rows());
        }

        if (command is MusterCommand { Examples: { Count: > 0 } examples })
        {
            page.AppendLine().AppendLine("Examples:");
            foreach (var example in examples)
            {
                page.Append("  ").AppendLine(example);
            }
        }

        if (command is RootCommand)
        {
            Section(
                page,
                "Exit codes",
                ExitCodes.All.Select(code => (((int)code.Code).ToString(CultureInfo.InvariantCulture), (string?)code.Meaning)));
        }

        return page.ToString();
    }

    /// <summary>The command with its parents: <c>muster group scale</c>.</summary>
    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "muster";

    private static string Usage(Command command)
    {
        var usage = new StringBuilder(Path(command));
        if (command.Subcommands.Count > 0)
        {
            usage.Append(" COMMAND");
        }

        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
        {
            usage.Append(' ').Append(argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name);
            usage.Append(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        }

        foreach (var option in command.Options.Where(option => option.Required))
        {
            usage.Append(' ').Append(Label(option));
        }

        return usage.Append(" [options]").ToString();
    }

    /// <summary>The options that a command takes, its own and those of all.</summary>
    public static IEnumerable<Option> Options(Command command)
    {
        var inherited = command.Parents.OfType<Command>()
            .SelectMany(Ancestors)
            .SelectMany(parent => parent.Options)
            .Where(option => option.Recursive);
        return command.Options.Concat(inherited).Where(option => !option.Hidden);
    }

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Ancestors).Prepend(command);

    private static string Label(Option option)
    {
        var names = string.Join(
            ", ", option.Aliases.Where(alias => alias is not ("-?" or "/?" or "/h")).OrderBy(alias => alias.Length).Append(option.Name));
        return option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? names : $"{names} <{option.HelpName}>";
    }

    private static void Section(StringBuilder page, string title, IEnumerable<(string Label, string? Description)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        page.AppendLine().Append(title).AppendLine(":");
        var width = all.Max(row => row.Label.Length);
        foreach (var (label, description) in all)
        {
            var indent = new string(' ', width + 4);
            var lines = Wrap(description ?? "", WidthMax - indent.Length);
            page.Append("  ").Append(label.PadRight(width)).Append("  ").AppendLine(string.Join(Environment.NewLine + indent, lines));
        }
    }

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            if (lines[^1].Length + word.Length >= width)
            {
                lines.Add(word);
            }
            else
            {
                lines[^1] = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            }
        }

        return lines;
    }
}
