using Microsoft.Extensions.Time.Testing;

using Muster.Cli.Composition.Prices;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Tables;
using Muster.Cli.Tests.Running;
using Muster.Cli.Toml;

namespace Muster.Cli.Tests.Composition.Prices;

public sealed class PriceFileTests : IDisposable
{
    private const string Good = """
        [[price]]
        cloud = "east"
        amount = 0.25
        currency = "EUR"
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _said = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_changes_is_read_again_within_a_second()
    {
        var prices = Read(Good);
        Assert.Equal(0.25m, Of(prices));

        Write(Good.Replace("0.25", "0.5", StringComparison.Ordinal));
        Assert.Equal(0.25m, Of(prices));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.5m, Of(prices));
        Assert.Empty(prices.Troubles);
    }

    [Theory]
    [InlineData("[[price]]\ncloud = \"west\"\namount = 1\ncurrency = \"EUR\"\n", "price[0].cloud is 'west': the name of a [[cloud]]: east")]
    [InlineData("[[price]\n", "prices.toml")]
    [InlineData("[[cloud]]\nname = \"x\"\n", "cloud")]
    public void A_wrong_one_leaves_the_last_good_prices_and_says_so_until_it_is_right(string wrong, string trouble)
    {
        var prices = Read(Good);
        Write(wrong);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0.25m, Of(prices));
        var told = Assert.Single(prices.Troubles);
        Assert.StartsWith("the prices stay as they were, since their file is wrong: ", told, StringComparison.Ordinal);
        Assert.Contains(trouble, told, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(prices.Troubles, _said);

        Write(Good.Replace("0.25", "2", StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Of(prices));
        Assert.Empty(prices.Troubles);
    }

    [Fact]
    public void One_that_is_gone_leaves_the_last_good_prices_and_says_so()
    {
        var prices = Read(Good);
        File.Delete(Path.Combine(_directory.Path, "prices.toml"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0.25m, Of(prices));
        Assert.Single(prices.Troubles);
    }

    [Fact]
    public void One_that_comes_back_as_it_was_counts_again()
    {
        var prices = Read(Good);
        var path = Path.Combine(_directory.Path, "prices.toml");
        File.Move(path, path + ".away");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(prices.Troubles);

        File.Move(path + ".away", path);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(prices.Troubles);
        Assert.Equal(0.25m, Of(prices));
    }

    [Fact]
    public void What_was_written_since_the_configuration_was_read_counts()
    {
        var path = _directory.Write("prices.toml", Good);
        var config = new MusterConfig { Path = Path.Combine(_directory.Path, "muster.toml") };
        config.Clouds.Add(new() { Name = "east", Kind = "local" });
        PricesReader.Read(
            new(TomlFile.Parse("muster.toml", "[prices]\nfile = \"prices.toml\"\n"), "", []), config, _directory.Path);
        _directory.Write("prices.toml", Good.Replace("0.25", "0.5", StringComparison.Ordinal));
        var prices = new PriceFile(config.Prices, ["east"], _clock, _said.Add);
        Assert.Equal(0.25m, Of(prices));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.5m, Of(prices));
    }

    [Fact]
    public void A_change_that_leaves_length_and_time_as_they_were_counts()
    {
        var prices = Read(Good);
        var path = Path.Combine(_directory.Path, "prices.toml");
        var writtenAt = File.GetLastWriteTimeUtc(path);
        _directory.Write("prices.toml", Good.Replace("0.25", "0.75", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, writtenAt);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0.75m, Of(prices));
    }

    [Fact]
    public void A_link_that_is_swapped_counts_as_a_change()
    {
        var prices = Read(Good, "old.toml");
        var link = Path.Combine(_directory.Path, "prices.toml");
        _directory.Write("new.toml", Good.Replace("0.25", "0.75", StringComparison.Ordinal));
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(_directory.Path, "new.toml"));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0.75m, Of(prices));
    }

    private static decimal? Of(PriceFile prices) => prices.Current.Find("east", zone: null, size: null, isInterruptible: false);

    private void Write(string text) => _directory.Write("prices.toml", text);

    /// <param name="text">The file.</param>
    /// <param name="target">The name of the file that the configured path is a link to; null where it is the file itself.</param>
    private PriceFile Read(string text, string? target = null)
    {
        var path = Path.Combine(_directory.Path, "prices.toml");
        if (target is null)
        {
            _directory.Write("prices.toml", text);
        }
        else
        {
            _directory.Write(target, text);
            File.CreateSymbolicLink(path, Path.Combine(_directory.Path, target));
        }

        var config = new PricesConfig { File = path, FileText = text, Book = PricesReader.ParseFile(path, text, [], ["east"]) };
        return new(config, ["east"], _clock, _said.Add);
    }
}
