using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Options;

namespace Muster.Clouds.Tests.Kit;

public sealed class OptionReaderTests
{
    private static readonly ConfigOption<int> Size = Option.Number("size", "how many", 8, 1, 256);
    private static readonly ConfigOption<TimeSpan> Grace = Option.StopGrace("how long");
    private static readonly ConfigOption<bool> Switch = Option.Choice("switch", "on or off", ("on", true), ("off", false));
    private static readonly ConfigOption<string?> Url = Option.RequiredText("url", "where", "an address");
    private static readonly ConfigOption Keys = new() { Name = "config.KEY", Prefix = "config.", Meaning = "a key" };
    private static readonly ImmutableArray<ConfigOption> Known = [Size, Grace, Switch, Url, Keys];

    [Fact]
    public void What_is_not_set_has_its_default()
    {
        var reader = Reader(("url", "there"));

        Assert.Equal(
            (8, TimeSpan.FromSeconds(10), true, "there"), (reader.Read(Size), reader.Read(Grace), reader.Read(Switch), reader.Read(Url)));
        reader.ThrowIfWrong();
    }

    [Fact]
    public void What_is_set_is_read()
    {
        var reader = Reader(("size", "256"), ("stop_grace", "500ms"), ("switch", "off"), ("config.a", "b"));

        Assert.Equal((256, TimeSpan.FromMilliseconds(500), false), (reader.Read(Size), reader.Read(Grace), reader.Read(Switch)));
        reader.ThrowIfWrong();
    }

    [Fact]
    public void An_empty_text_is_unset_only_where_the_option_says_so()
    {
        var project = Option.TextOr("project", "which", "default", "a name", emptyIsUnset: true);
        var path = Option.Text("path", "where", emptyIsUnset: true);
        var key = Option.Text("key_file", "which key");
        var reader = new SetupReader(Setup(("project", ""), ("path", ""), ("key_file", "")), [project, path, key]);

        Assert.Equal(("default", null, null), (reader.Read(project), reader.Read(path), reader.Read(key)));
        Assert.Equal(
            ["clouds.here.key_file is '': a path"],
            Assert.Throws<InputException>(reader.ThrowIfWrong).Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var reader = Reader(("size", "257"), ("stop_grace", "61m"), ("switch", "yes"), ("config.", "b"), ("colour", "blue"));
        reader.Read(Size);
        reader.Read(Grace);
        reader.Read(Switch);
        reader.Read(Url);

        var error = Assert.Throws<InputException>(reader.ThrowIfWrong);

        const string There = "no such option; allowed are size, stop_grace, switch, url, config.KEY";
        Assert.Equal(
            [
                $"clouds.here.colour is 'blue': {There}",
                $"clouds.here.config. is 'b': {There}",
                "clouds.here.size is '257': 1 to 256",
                "clouds.here.stop_grace is '61m': a time from 0s to 1h, such as 10s",
                "clouds.here.switch is 'yes': on or off",
                "clouds.here.url is missing: an address",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("60m", 3_600_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1m30s", 90_000)]
    public void A_grace_is_a_time_of_an_hour_at_most(string text, int ms)
    {
        var reader = Reader(("url", "there"), ("stop_grace", text));

        Assert.Equal(TimeSpan.FromMilliseconds(ms), reader.Read(Grace));
        reader.ThrowIfWrong();
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("61m")]
    [InlineData("1h1ms")]
    [InlineData("99999999999s")]
    public void Anything_else_is_no_grace(string text)
    {
        var reader = Reader(("url", "there"), ("stop_grace", text));
        reader.Read(Grace);

        Assert.Equal("clouds.here.stop_grace", Assert.Single(Assert.Throws<InputException>(reader.ThrowIfWrong).Errors).Field);
    }

    private static SetupReader Reader(params (string Name, string Value)[] options) => new(Setup(options), Known);

    private static CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "here",
        DataDirectory = "/nowhere",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}
