using Muster.Api.Groups;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

using Spectre.Console;

namespace Muster.Cli.Commands.Groups;

/// <summary>Shows on stderr how far a group is: one bar that is drawn over for a person, a line a change for a log.</summary>
/// <remarks>Spectre's own progress runs on a thread and takes the callback; here the wait owns the loop, so the bar is drawn by hand.</remarks>
internal abstract class WaitProgress : IDisposable
{
    private const int BarWidth = 30;

    /// <summary>The one that fits the terminal.</summary>
    public static WaitProgress On(Terminal terminal) =>
        terminal.ErrorIsTerminal ? new Bar(terminal.ErrorConsole()) : new Lines(terminal.Error);

    /// <summary>Shows where it is now.</summary>
    public abstract void Report(GroupView group);

    /// <summary>Leaves the terminal as it was; a second time does nothing.</summary>
    public abstract void Dispose();

    private sealed class Lines(TextWriter output) : WaitProgress
    {
        private string last = "";

        public override void Report(GroupView group)
        {
            var line = GroupViews.Line(group);
            if (line != last)
            {
                last = line;
                output.WriteLine(line);
            }
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Bar(IAnsiConsole console) : WaitProgress
    {
        private bool drawn;

        public override void Report(GroupView group)
        {
            var status = group.Status;
            // Above its level, a group is on its way down: the bar shows how much of what runs may stay.
            var (part, whole) = (Math.Min(status.Running, status.Level), Math.Max(status.Running, status.Level));
            var filled = whole == 0 ? BarWidth : BarWidth * part / whole;
            Erase();
            console.Write(new Text($"{group.Name} "));
            console.Write(new Text(new string('━', filled), new Style(Color.Green)));
            console.Write(new Text(new string('━', BarWidth - filled), new Style(Color.Grey)));
            console.Write(new Text($" {GroupViews.Instances(status)}"));
            drawn = true;
        }

        public override void Dispose()
        {
            Erase();
            drawn = false;
        }

        private void Erase()
        {
            if (drawn)
            {
                console.WriteAnsi("\r\e[2K");
            }
        }
    }
}
