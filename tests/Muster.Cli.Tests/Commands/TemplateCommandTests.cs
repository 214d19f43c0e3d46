using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>The template commands against a real server.</summary>
public sealed class TemplateCommandTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Everything_given_as_an_option_arrives()
    {
        var userData = _directory.Write("boot.sh", "#!/bin/sh\necho hi\n");

        await _server.GoodAsync(
            "template", "create", "web", "--cloud", "local", "--image", "sleep 1000", "--name-prefix", "w",
            "--user-data-file", userData, "--metadata", "colour=blue",
            "--metadata", "eq=a=b", "--tag", "team=x", "--option", "stop_grace=5s");

        using var json = JsonDocument.Parse((await _server.GoodAsync("template", "show", "web", "--json")).Out);
        var template = json.RootElement;
        Assert.Equal("sleep 1000", template.GetProperty("image").GetString());
        Assert.Equal("w", template.GetProperty("name_prefix").GetString());
        Assert.Equal("#!/bin/sh\necho hi\n", template.GetProperty("user_data").GetString());
        Assert.Equal("blue", template.GetProperty("metadata").GetProperty("colour").GetString());
        Assert.Equal("a=b", template.GetProperty("metadata").GetProperty("eq").GetString());
        Assert.Equal("x", template.GetProperty("tags").GetProperty("team").GetString());
        Assert.Equal("5s", template.GetProperty("options").GetProperty("stop_grace").GetString());
    }

    [Fact]
    public async Task A_file_holds_a_template_and_options_beside_it_win()
    {
        _directory.Write("boot.sh", "hi\n");
        var file = _directory.Write("web.toml", """
            name = "from-file"
            cloud = "local"
            image = "sleep 1"
            user_data_file = "boot.sh"

            [metadata]
            colour = "red"
            size = 7
            """);

        await _server.GoodAsync("template", "create", "web", "-f", file, "--image", "sleep 1000", "--metadata", "colour=blue");

        using var json = JsonDocument.Parse((await _server.GoodAsync("template", "show", "web", "--json")).Out);
        var template = json.RootElement;
        Assert.Equal("sleep 1000", template.GetProperty("image").GetString());
        Assert.Equal("hi\n", template.GetProperty("user_data").GetString());
        Assert.Equal("blue", template.GetProperty("metadata").GetProperty("colour").GetString());
        Assert.Equal("7", template.GetProperty("metadata").GetProperty("size").GetString());
    }

    [Fact]
    public async Task Everything_wrong_with_a_file_is_said_with_its_line()
    {
        var file = _directory.Write("web.toml", "name = 7\nimag = \"x\"\nnetworks = \"one\"\n[tags]\nteam = { a = 1 }\n");

        var run = await _server.RunAsync("template", "create", "-f", file);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            [
                $"muster: {file}:1: name is 7: a string in quotes",
                $"muster: {file}:2: imag is unknown: did you mean image?",
                $"muster: {file}:3: networks is 'one': a list of strings, such as [\"a\", \"b\"]",
                $"muster: {file}:5: tags.team is a table: a string",
            ],
            run.ErrorLines);
    }

    [Fact]
    public async Task What_is_missing_is_said_field_by_field()
    {
        var run = await _server.RunAsync("template", "create", "web");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(run.ErrorLines, line => line.StartsWith("muster: --cloud is missing", StringComparison.Ordinal));
        Assert.Contains(run.ErrorLines, line => line.StartsWith("muster: --image is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_refused_unless_unchecked()
    {
        var refused = await _server.RunAsync("template", "create", "web", "--cloud", "local", "--image", "/no/such/program");
        var taken = await _server.RunAsync("template", "create", "web", "--cloud", "local", "--image", "/no/such/program", "--no-check");

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("/no/such/program", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, taken.Code);
    }

    [Fact]
    public async Task A_user_data_file_that_is_too_large_is_refused_before_it_is_sent()
    {
        var file = _directory.Write("big", new string('x', 64 * 1024 + 1));

        var run = await _server.RunAsync("template", "create", "web", "--cloud", "local", "--image", "sleep 1", "--user-data-file", file);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("65537 bytes: 65536 at most", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archived_template_is_listed_only_when_asked_for()
    {
        await _server.GoodAsync("template", "create", "web", "--cloud", "local", "--image", "sleep 1");

        var archived = await _server.GoodAsync("template", "archive", "web");

        Assert.StartsWith("web: archived", archived.Out, StringComparison.Ordinal);
        Assert.Equal("[]\n", (await _server.GoodAsync("template", "list", "--json")).Out);
        Assert.Contains("web", (await _server.GoodAsync("template", "list", "--archived")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_in_use_is_not_archived()
    {
        await _server.WithGroupAsync("web", 0);

        var run = await _server.RunAsync("template", "archive", "web-1");

        Assert.Equal(ExitCode.Conflict, run.Code);
    }
}
