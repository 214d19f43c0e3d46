using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

/// <summary>A refusal names the word that was typed, and is a sentence that a person would say.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await (await RunningServer.StartAsync()).WithGroupAsync("web", 0);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(
        "--template is 'nobody': there is no such template; 'muster template list' shows those there are", "group", "create", "x",
        "--template", "nobody", "--capacity", "1")]
    [InlineData("--max is '5000': 0 to 1000, this installation's limit", "group", "update", "web", "--max", "5000")]
    [InlineData("N is '5000': at most 1000, this installation's limit", "group", "scale", "web", "5000")]
    [InlineData("--name is 'a/b': 1 to 182 characters of A-Z a-z 0-9 . _ -", "group", "update", "web", "--name", "a/b")]
    [InlineData("--cloud is 'moon': one of the configured clouds: local", "template", "create", "x", "--cloud", "moon", "--image", "x")]
    [InlineData("--image is missing: ", "template", "create", "x", "--cloud", "local")]
    [InlineData("a template named web-1 exists already", "template", "create", "web-1", "--cloud", "local", "--image", "sleep 1")]
    [InlineData("there is no group 'nobody'", "group", "scale", "nobody", "1")]
    [InlineData("there is no group 'nobody'", "group", "scale", "nobody", "+1")]
    public async Task It_names_what_was_typed(string expected, params string[] args)
    {
        var run = await _server.RunAsync(args);

        Assert.NotEqual(ExitCode.Ok, run.Code);
        Assert.StartsWith($"muster: {expected}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_told_with_who_uses_it()
    {
        using var directory = new TemporaryDirectory();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var muster = await CliRun.Of("dev", "--data", directory.Path, "--listen", _server.Listen);
        var stranger = await CliRun.Of("dev", "--data", directory.Path, "--listen", other.LocalEndpoint.ToString()!);

        Assert.Equal(
            (ExitCode.Usage, $"muster: {_server.Listen} is in use by a Muster server: stop that one, or listen on another address\n"),
            (muster.Code, muster.Error));
        Assert.Equal(
            (ExitCode.Usage, $"muster: {other.LocalEndpoint} is in use by another program: stop it, or listen on another address\n"),
            (stranger.Code, stranger.Error));
    }
}
