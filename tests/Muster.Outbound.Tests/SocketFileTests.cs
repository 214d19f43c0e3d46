using System.Net.Sockets;

namespace Muster.Outbound.Tests;

public sealed class SocketFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-socket-");

    private string Path => System.IO.Path.Combine(_directory.FullName, "socket");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_what_to_do() => Assert.Equal(
        $"there is no socket {Path}: no no-such-daemon runs here: start it, or set clouds.x.endpoint", await WhyAsync("no-such-daemon"));

    [Fact]
    public async Task A_program_that_runs_and_listens_elsewhere_is_named()
    {
        var name = File.ReadAllText("/proc/self/comm").TrimEnd();

        Assert.Matches(
            $@"^there is no socket {Path}: {name} \(process \d+\) runs here and seems to listen elsewhere: set clouds\.x\.endpoint$",
            await WhyAsync(name));
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_was_left_behind()
    {
        // Bound and not listening: the file of one that was killed.
        using var ended = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        ended.Bind(new UnixDomainSocketEndPoint(Path));

        Assert.Contains("which a program that has ended left behind", await WhyAsync("no-such-daemon"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_told()
    {
        File.WriteAllText(Path, "");

        Assert.StartsWith($"nobody listens at {Path}, which is no socket: ", await WhyAsync("no-such-daemon"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_no_socket_and_is_not_waited_for()
    {
        using (var make = System.Diagnostics.Process.Start("mkfifo", [Path]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var why = await Patiently.ForAsync(Task.Run(() => WhyAsync("no-such-daemon")), "it is said why nobody answers");

        Assert.StartsWith($"nobody listens at {Path}, which is no socket: ", why, StringComparison.Ordinal);
    }

    private async Task<string> WhyAsync(string program)
    {
        var error = await Assert.ThrowsAnyAsync<SocketException>(
            async () => await SocketFile.ConnectAsync(Path, TestContext.Current.CancellationToken));
        return SocketFile.Describe(Path, new HttpRequestException("outer", error), [program], "set clouds.x.endpoint");
    }
}
