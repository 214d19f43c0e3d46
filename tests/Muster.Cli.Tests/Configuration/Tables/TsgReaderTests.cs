using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Configuration.Tables;

/// <summary>Which cloud <c>/v1/tsg</c> shows, and to whom.</summary>
public sealed class TsgReaderTests : IDisposable
{
    private const string East = "[[cloud]]\nname = \"east\"\nkind = \"triton\"\n";
    private const string West = "[[cloud]]\nname = \"west\"\nkind = \"triton\"\n";
    private const string Here = "[[cloud]]\nname = \"here\"\nkind = \"local\"\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Here, null)]
    [InlineData(Here + East, "east")]
    [InlineData(East + West, null)]
    [InlineData("[tsg]\ncloud = \"west\"\n" + East + West, "west")]
    [InlineData("[tsg]\nenabled = false\n" + East, null)]
    [InlineData("[tsg]\nenabled = false\ncloud = \"east\"\n" + East, null)]
    public void The_facade_shows_the_cloud_that_is_named_or_the_only_one(string file, string? cloud)
    {
        var config = Read(file);

        Assert.Equal(cloud, config.Tsg.CloudOf(config.Clouds));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("", "", false)]
    [InlineData("0", null, false)]
    [InlineData("1", null, true)]
    [InlineData(null, "0", true)]
    public void Dev_mode_is_the_environments_word(string? muster, string? original, bool isOn) =>
        Assert.Equal(isOn, Read(East, muster, original).Tsg.DevMode);

    [Fact]
    public void Another_word_for_dev_mode_is_refused()
    {
        var error = Assert.Throws<CliException>(() => Read(East, "yes"));

        Assert.Equal("MUSTER_DEV_MODE is 'yes': 1 for the dev mode of /v1/tsg, 0 for none", error.Message);
    }

    [Fact]
    public async Task Dev_mode_beyond_this_machine_refuses_to_start()
    {
        var path = _directory.Write("muster.toml", $"data = \"data\"\n[server]\nlisten = \"0.0.0.0:0\"\n{Here}");

        var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_DEV_MODE"] = "1" }, "server", "--config", path);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            ["muster: listen is '0.0.0.0:0': a loopback address (127.0.0.1, ::1) as long as the dev mode of /v1/tsg is on"],
            run.ErrorLines);
    }

    private MusterConfig Read(string file, string? muster = null, string? original = null) =>
        ConfigReader.Read(_directory.Write("muster.toml", file), new()
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = name => name switch
            {
                "HOME" => "/home/ada",
                "MUSTER_DEV_MODE" => muster,
                "TSG_DEV_MODE" => original,
                _ => null,
            },
        });
}
