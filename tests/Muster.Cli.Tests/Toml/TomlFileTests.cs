using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Cli.Toml;

namespace Muster.Cli.Tests.Toml;

public class TomlFileTests
{
    [Fact]
    public void Values_keep_their_places()
    {
        var table = TomlFile.Parse("x.toml", "a = 1\n\n[b]\n  c = \"two\"\n");

        Assert.Equal((1, 1), table.KeyPlaces["a"]);
        var b = Assert.IsType<TomlNode.Table>(table.Items["b"]);
        Assert.Equal((4, 3), b.KeyPlaces["c"]);
        var c = Assert.IsType<TomlNode.Scalar>(b.Items["c"]);
        Assert.Equal(("two", 4, 7), (c.Value, c.Line, c.Column));
    }

    [Fact]
    public void A_table_that_is_opened_again_further_down_is_one_table()
    {
        var table = TomlFile.Parse("x.toml", "[a]\nx = 1\n[b]\ny = 2\n[a.c]\nz = 3\n");

        var a = Assert.IsType<TomlNode.Table>(table.Items["a"]);
        Assert.Equal(["x", "c"], a.Items.Keys);
    }

    [Fact]
    public void Tables_in_a_row_are_an_array()
    {
        var table = TomlFile.Parse("x.toml", "[[cloud]]\nname = \"a\"\n[cloud.options]\nx = \"1\"\n[[cloud]]\nname = \"b\"\n");

        var clouds = Assert.IsType<TomlNode.Array>(table.Items["cloud"]);
        Assert.Equal(2, clouds.Items.Count);
        Assert.Equal(["name", "options"], Assert.IsType<TomlNode.Table>(clouds.Items[0]).Items.Keys);
        Assert.Equal(["name"], Assert.IsType<TomlNode.Table>(clouds.Items[1]).Items.Keys);
    }

    [Theory]
    [InlineData("a = \"open\nb = 1\n", "x.toml:1:")]
    [InlineData("ok = 1\na = = 2\n", "x.toml:2:")]
    [InlineData("[server\nlisten = 1\n", "x.toml:1:")]
    [InlineData("a = 1\na = 2\n", "x.toml:2:")]
    [InlineData("[a]\n[b]\n[a]\n", "x.toml:3:")]
    [InlineData("a = 1\nb = \"\\ud800\"\nc = 2\n", "x.toml:2:")]
    public void What_is_not_toml_is_refused_with_its_line(string text, string place)
    {
        var error = Assert.Throws<CliException>(() => TomlFile.Parse("x.toml", text));

        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]", "1")]
    [InlineData("{a=", "}", "1")]
    [InlineData("[{b=", "}]", "1")]
    public void What_is_nested_too_deep_is_refused_with_its_line(string open, string close, string core)
    {
        foreach (var depth in (int[])[65, 100, 100_000])
        {
            var text = $"# one\nname = \"[[[[\" # [[[\nmore = \"\"\"\n{new string('[', 90)}\n\"\"\"\n"
                + $"a = {Many(open, depth)}{core}{Many(close, depth)}\n";

            var error = Assert.Throws<CliException>(() => TomlFile.Parse("x.toml", text));

            Assert.Equal(ExitCode.Usage, error.Code);
            Assert.StartsWith("x.toml:6: nested too deep", error.Message, StringComparison.Ordinal);
        }

        Assert.Single(TomlFile.Parse("x.toml", $"a = {Many(open, 20)}{core}{Many(close, 20)}\n").Items);
    }

    [Theory]
    [InlineData("[", "]\nb = 1\n")]
    [InlineData("[[", "]]\nb = 1\n")]
    [InlineData("", " = 1\n")]
    public void A_key_of_too_many_parts_is_refused_with_its_line(string before, string after)
    {
        foreach (var parts in (int[])[65, 100, 100_000])
        {
            var error = Assert.Throws<CliException>(
                () => TomlFile.Parse("x.toml", $"# one\n{before}{string.Join('.', Enumerable.Repeat("a", parts))}{after}"));

            Assert.StartsWith("x.toml:2: nested too deep", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_read_or_refused_in_words()
    {
        string[] pieces =
        [
            "a", ".", "=", " ", "\n", "[", "]", "[[", "]]", "{", "}", "\"", "'", "\"\"\"", "#", "1", "-", "e999", "0x", "1979-05-27",
            "T07:32:00Z", ",", "\\", "\\ud800", "\0", "true", "\u00e9", "99999999999999999999",
        ];
        var random = new Random(12);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                TomlFile.Parse("x.toml", text);
            }
            catch (CliException error)
            {
                Assert.StartsWith("x.toml", error.Message, StringComparison.Ordinal);
            }
        }
    }

    private static string Many(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [Fact]
    public void What_is_no_file_no_text_or_without_an_end_is_refused_in_words()
    {
        using var directory = new TemporaryDirectory();
        var latin = Path.Combine(directory.Path, "latin.toml");
        File.WriteAllBytes(latin, [.. "a = \"caf"u8, 0xe9, .. "\"\n"u8]);
        var marked = Path.Combine(directory.Path, "marked.toml");
        File.WriteAllBytes(marked, [0xef, 0xbb, 0xbf, .. "a = \"caf\u00e9\"\n"u8]);
        var longest = directory.Write("longest.toml", "#" + new string('x', TomlFile.LengthMax - 1));
        var longer = directory.Write("longer.toml", "#" + new string('x', TomlFile.LengthMax));

        Assert.Equal("a = \"caf\u00e9\"\n", TomlFile.ReadText(marked));
        Assert.Equal(TomlFile.LengthMax, TomlFile.ReadText(longest).Length);
        Assert.Equal(
            [
                $"{latin} is not UTF-8, as all TOML is: save it as such",
                $"{longer} is too long: 16777216 characters at most",
                $"{directory.Path} cannot be read: it is a directory, and not a file",
            ],
            new[] { latin, longer, directory.Path }.Select(path => Assert.Throws<CliException>(() => TomlFile.ReadText(path)).Message));
    }

    [Fact]
    public void An_empty_file_is_an_empty_table() => Assert.Empty(TomlFile.Parse("x.toml", "# nothing\n").Items);
}
