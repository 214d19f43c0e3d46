using Muster.Api.Tokens;
using Muster.Cli.Commands.Tokens;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Commands;

public sealed class TokenFileTests : IDisposable
{
    private static readonly TokenCreated Created = new()
    {
        Token = "mst_secret",
        Details = new() { Id = Guid.Empty, Name = "deploy", Role = "read", CreatedAt = default, ExpiresAt = default },
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_file_of_a_token_that_exists_stays_when_a_later_step_fails()
    {
        var config = Path.Combine(_directory.Path, "muster.toml");
        var file = Path.Combine(_directory.Path, "admin.token");
        await File.WriteAllTextAsync(
            config,
            $"data = \"{_directory.Path}\"\n[[cloud]]\nname = \"local\"\nkind = \"local\"\n",
            TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var gone = new GoneWriter();
        var terminal = new Terminal
        {
            Out = output, Error = gone, OutIsTerminal = false, ErrorIsTerminal = false, Environment = _ => null,
        };

        await Assert.ThrowsAsync<IOException>(() => MusterProgram.RunAsync(
            ["token", "create", "admin", "--role", "admin", "--config", config, "--output", file], terminal,
            TestContext.Current.CancellationToken));

        Assert.Matches("^mst_[A-Za-z0-9_-]{43}\n$", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_file_of_a_token_that_was_refused_goes()
    {
        var file = new FileInfo(Path.Combine(_directory.Path, "deploy.token"));

        await Assert.ThrowsAsync<CliException>(() => TokenFile.KeepAsync(file, () => throw new CliException(ExitCode.Conflict, "taken")));

        Assert.False(File.Exists(file.FullName));
    }

    [Fact]
    public async Task A_token_that_cannot_be_written_is_named_with_the_command_that_revokes_it()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        await using var full = new FileStream("/dev/full", new FileStreamOptions { Access = FileAccess.Write, BufferSize = 0 });

        var error = await Assert.ThrowsAsync<CliException>(() => TokenFile.WriteAsync(full, new("deploy.token"), Created));

        Assert.Contains("token 'deploy' was created, but --output deploy.token cannot be written", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("revoke it with 'muster token revoke deploy'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mst_", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A standard error whose reader is gone.</summary>
    private sealed class GoneWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }
}
