using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Clouds;
using Muster.Clouds.Kit;

namespace Muster.Cli.Tests.Commands;

/// <summary><c>cloud kinds</c> and <c>cloud add</c>: what needs no server.</summary>
public sealed class CloudKindCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private Dictionary<string, string> Home => new() { ["HOME"] = Path.Combine(_directory.Path, "home") };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Kinds_are_listed_one_a_line()
    {
        var run = await CliRun.Of("cloud", "kinds");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(CloudKinds.Names, run.OutLines);
    }

    [Fact]
    public async Task A_kind_is_told_whole_as_json()
    {
        var run = await CliRun.Of("cloud", "kinds", "--json");

        using var json = JsonDocument.Parse(run.Out);
        var triton = json.RootElement.EnumerateArray().Single(kind => kind.GetProperty("kind").GetString() == "triton");
        Assert.Equal(
            ["launch_tokens", "watch", "stop"], triton.GetProperty("abilities").EnumerateArray().Select(ability => ability.GetString()));
        var url = triton.GetProperty("options").EnumerateArray().Single(option => option.GetProperty("name").GetString() == "url");
        Assert.True(url.GetProperty("required").GetBoolean());
        Assert.DoesNotContain("`", url.GetProperty("meaning").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            CloudKinds.Find("triton")!.Description.TemplateOptions.Select(option => option.Name),
            triton.GetProperty("template_options").EnumerateArray().Select(option => option.GetProperty("name").GetString()));
    }

    [Fact]
    public void Every_kind_names_its_abilities_once_and_in_order() => Assert.All(CloudKinds.All, kind =>
        Assert.Equal(kind.Description.Abilities.Distinct().Order(), kind.Description.Abilities));

    [Fact]
    public async Task A_cloud_is_printed_as_the_server_reads_it()
    {
        var run = await CliRun.Of(
            "cloud", "add", "local", "--name", "here", "--option", "stop_grace=5s", "--option", $"directory={_directory.Path}/a \"b\" \\c");

        Assert.Equal(
            "[[cloud]]\nname = \"here\"\nkind = \"local\"\n[cloud.options]\n"
            + $"directory = \"{_directory.Path}/a \\\"b\\\" \\\\c\"\nstop_grace = \"5s\"\n",
            run.Out);
        var config = _directory.Write("muster.toml", run.Out);
        Assert.Equal(ExitCode.Ok, (await CliRun.Of(Home, "server", "--check", "--config", config)).Code);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_the_options_is_told_at_once()
    {
        var run = await CliRun.Of(
            "cloud", "add", "local", "--option", "stop_grace=5 weeks", "--option", "port_first=80", "--option", "moon=full");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(3, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => Assert.Contains("--option ", line, StringComparison.Ordinal));
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task What_must_be_set_is_asked_for_at_a_terminal()
    {
        var run = await CliRun.AtTerminalAsync(
            [], ["cloud", "add", "triton", "--option", "account=web", "--no-check"], typed: ["", "https://cloudapi.example.com"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("url (CloudAPI; https://", run.Error, StringComparison.Ordinal);
        Assert.Contains("url = \"https://cloudapi.example.com\"\naccount = \"web\"\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_types_no_answer_writes_nothing()
    {
        var run = await CliRun.AtTerminalAsync([], ["cloud", "add", "triton", "--no-check"]);

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_cloud_is_added_to_a_file_that_stays_right_and_as_private_as_it_was()
    {
        var config = _directory.Write("muster.toml", "# mine\n[auth]\nmode = \"none\"\n[[cloud]]\nname = \"here\"\nkind = \"local\"");
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var added = await CliRun.Of(Home, "cloud", "add", "local", "--name", "there", "--config", config);

        Assert.Equal(ExitCode.Ok, added.Code);
        Assert.Empty(added.Out);
        Assert.Equal(
            "# mine\n[auth]\nmode = \"none\"\n[[cloud]]\nname = \"here\"\nkind = \"local\"\n\n"
            + "[[cloud]]\nname = \"there\"\nkind = \"local\"\n",
            await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task A_name_that_the_file_has_already_is_refused_and_the_file_left_as_it_is()
    {
        const string before = "[[cloud]]\nname = \"here\"\nkind = \"local\"\n";
        var config = _directory.Write("muster.toml", before);

        var added = await CliRun.Of(Home, "cloud", "add", "local", "--name", "here", "--config", config);

        Assert.Equal(ExitCode.Usage, added.Code);
        Assert.Contains($"{config}:", added.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".new", added.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_made()
    {
        var config = Path.Combine(_directory.Path, "muster.toml");

        Assert.Equal(ExitCode.Ok, (await CliRun.Of(Home, "cloud", "add", "local", "--config", config)).Code);

        Assert.Equal(
            "[[cloud]]\nname = \"local\"\nkind = \"local\"\n",
            await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unknown_kind_is_refused_with_those_there_are()
    {
        var run = await CliRun.Of("cloud", "add", "moon");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains($"KIND is 'moon': {string.Join(", ", CloudKinds.Names)}", run.Error, StringComparison.Ordinal);
    }
}
