using System.Text.RegularExpressions;

using Muster.Cli.Commands.Groups;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

using Spectre.Console;

namespace Muster.Cli.Tests.Commands;

public sealed partial class WaitProgressTests
{
    [Theory]
    [InlineData(0, 0, 30)]
    [InlineData(1, 4, 7)]
    [InlineData(5, 4, 24)]
    [InlineData(1_000_000_000, 2_000_000_000, 15)]
    [InlineData(int.MaxValue, int.MaxValue, 30)]
    public void The_bar_is_filled_by_the_part_that_stays(int running, int level, int filled) =>
        Assert.Equal(filled, Filled(Drawn("web", running, level, width: 100)));

    [Theory]
    [InlineData(100)]
    [InlineData(50)]
    [InlineData(20)]
    [InlineData(5)]
    [InlineData(1)]
    public void The_line_never_fills_the_screen(int width)
    {
        foreach (var name in new[] { "web", new string('w', 64), "網網網", "a\e[2Jb" })
        {
            var line = Escapes().Replace(Drawn(name, 1, 3, width), "");

            Assert.True(line.GetCellWidth() < width || line.Length == 0, $"{line.GetCellWidth()} of {width}: {line}");
            Assert.DoesNotContain('\e', line);
        }
    }

    private static int Filled(string drawn) => Bar().Match(drawn).Groups[1].Length;

    private static string Drawn(string name, int running, int level, int width)
    {
        using var error = new StringWriter();
        var terminal = new Terminal
        {
            Out = TextWriter.Null, Error = error, OutIsTerminal = true,
            ErrorIsTerminal = true, WidthNow = () => width, Environment = _ => null,
        };
        using var progress = WaitProgress.On(terminal);
        progress.Report(SomeGroup.View(name, running, level));
        return error.ToString();
    }

    [GeneratedRegex("\e\\[[0-9]+m")]
    private static partial Regex Escapes();

    [GeneratedRegex("\e\\[32m(━*)\e")]
    private static partial Regex Bar();
}
