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
    public void What_is_not_toml_is_refused_with_its_line(string text, string place)
    {
        var error = Assert.Throws<CliException>(() => TomlFile.Parse("x.toml", text));

        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_an_empty_table() => Assert.Empty(TomlFile.Parse("x.toml", "# nothing\n").Items);
}
