using Muster.Api.Groups;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

using Spectre.Console;

namespace Muster.Cli.Commands.Groups;

/// <summary>Shows on stderr how far a group is: one bar that is drawn over for a person, a line a change for a log.</summary>
internal abstract class WaitProgress : IDisposable
{
    private const int BarWidth = 30;

    /// <summary>The one that fits the terminal.</summary>
    public static WaitProgress On(Terminal terminal) =>
        terminal.ErrorIsTerminal ? new Bar(terminal) : new Lines(terminal.Error);

    /// <summary>Shows where it is now.</summary>
    public abstract void Report(GroupView group);

    /// <summary>Leaves the terminal as it was; a second time does nothing.</summary>
    public abstract void Dispose();

    private sealed class Lines(TextWriter output) : WaitProgress
    {
        private string _last = "";

        public override void Report(GroupView group)
        {
            var line = GroupViews.Line(group);
            if (line != _last)
            {
                _last = line;
                output.WriteLine(line);
            }
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Bar(Terminal terminal) : WaitProgress
    {
        private bool _drawn;

        public override void Report(GroupView group)
        {
            var status = group.Status;
            // Above its level, a group is on its way down: the bar shows how much of what runs may stay.
            var (part, whole) = (Math.Min(status.InService, status.Level), Math.Max(status.Running, status.Level));
            // A line that is longer than the screen is two, of which only one could be drawn over. The last column stays free.
            var room = terminal.Width - 1;
            var name = Take(VisibleText.OneLine(group.Name), ref room);
            var bar = Take(new string('━', BarWidth), ref room).Length;
            var filled = whole == 0 ? bar : (int)((long)bar * part / whole);
            var words = Take(GroupViews.Instances(status), ref room);
            Erase();
            var drawn = Coloured(new string('━', filled), Tone.Good) + Coloured(new string('━', bar - filled), Tone.Dim);
            terminal.Error.Write($"{name} {drawn} {words}".TrimEnd());
            _drawn = true;
        }

        /// <summary>As much of a text as there is room for, which it takes up together with the blank behind it.</summary>
        private static string Take(string text, ref int room)
        {
            while (text.Length > 0 && text.GetCellWidth() > room)
            {
                text = text[..^1];
            }

            room = Math.Max(0, room - text.GetCellWidth() - 1);
            return text;
        }

        public override void Dispose()
        {
            Erase();
            _drawn = false;
        }

        private string Coloured(string text, Tone tone) => Styles.Coloured(new(text, tone), terminal.ColoursWanted);

        private void Erase()
        {
            if (_drawn)
            {
                terminal.Error.Write("\r\e[2K");
            }
        }
    }
}
