using System.Diagnostics;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>What goes wrong at the start or on the way is said in one clear line, and nothing is half-done.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        await using var server = await DevServer.StartAsync();

        var second = await DevAsync(server.Data, Ports.Next());

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains(server.Data, second.Error, StringComparison.Ordinal);
        Assert.Single(second.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_by_its_number()
    {
        await using var server = await DevServer.StartAsync();
        var data = DevServer.NewData();

        var second = await DevAsync(data, server.Port);

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"{server.Port}", second.Error, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_damaged_database_is_refused_with_advice_and_never_overwritten()
    {
        var data = DevServer.NewData();
        await using (var server = await DevServer.StartAsync(data))
        {
            await server.TerminateAsync();
            var file = Directory.EnumerateFiles(data, "*.db").Single();
            var damaged = new byte[8192];
            new Random(1).NextBytes(damaged);
            await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);

            var run = await DevAsync(data, Ports.Next());

            Assert.NotEqual(0, run.ExitCode);
            Assert.Contains(file, run.Error, StringComparison.Ordinal);
            Assert.Equal(damaged, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_refused_by_its_path()
    {
        var run = await DevAsync("/proc/muster", Ports.Next());

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("/proc/muster", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_address_than_loopback_is_refused_without_authentication()
    {
        var data = DevServer.NewData();

        var run = await ProgramRun.OfAsync(MusterExe.Path, ["dev", "--listen", $"0.0.0.0:{Ports.Next()}", "--data", data]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("loopback", run.Error, StringComparison.OrdinalIgnoreCase);
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("group", "create", "web", "--template", "nothing", "--capacity", "3")]
    [InlineData("group", "create", "no/slash", "--template", "web-1", "--capacity", "3")]
    [InlineData("group", "create", "web", "--template", "web-1", "--capacity", "-1")]
    [InlineData("group", "create", "web", "--template", "web-1", "--capacity", "many")]
    [InlineData("group", "create", "web", "--template", "web-1", "--capacity", "100000")]
    [InlineData("group", "create", "web", "--template", "web-1", "--capacity", "3", "--min", "5", "--max", "4")]
    [InlineData("group", "create", "web", "--template", "web-1", "--capacity", "3", "--interval", "1s")]
    [InlineData("group", "scale", "nobody", "3")]
    [InlineData("template", "create", "web-1", "--cloud", "local", "--image", "muster hello")]
    [InlineData("template", "create", "bad", "--cloud", "nowhere", "--image", "muster hello")]
    [InlineData("template", "create", "bad", "--cloud", "local", "--image", "/etc/passwd")]
    [InlineData("template", "create", "bad", "--cloud", "local", "--image", "muster hello", "--tag", "muster.group=x")]
    public async Task Bad_input_is_refused_with_one_clear_message_and_changes_nothing(params string[] command)
    {
        await using var server = await DevServer.StartAsync();
        (await server.MusterAsync("template", "create", "web-1", "--cloud", "local", "--image", "muster hello")).Good();

        var run = await server.MusterAsync(command);

        Assert.NotEqual(0, run.ExitCode);
        Assert.NotEqual("", run.Error.Trim());
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty((await server.MusterAsync("group", "list", "--json")).Good().Json.EnumerateArray());
        Assert.Single((await server.MusterAsync("template", "list", "--json")).Good().Json.EnumerateArray());
    }

    [Fact]
    public async Task A_command_without_a_server_says_where_it_looked()
    {
        var run = await ProgramRun.OfAsync(
            MusterExe.Path, ["group", "list"], new Dictionary<string, string> { ["MUSTER_ADDR"] = "http://127.0.0.1:1" });

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("http://127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_and_once_there_is_room_all_goes_on()
    {
        Assert.SkipUnless(Environment.UserName == "root", "mounting a small file system needs root");
        var data = DevServer.NewData();
        (await ProgramRun.OfAsync("/bin/mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", data])).Good();
        try
        {
            var inner = Path.Combine(data, "muster");
            await using var server = await DevServer.StartAsync(inner);
            await server.WithGroupAsync("web", 2);
            var ballast = Path.Combine(data, "ballast");
            Fill(ballast);

            var full = await server.MusterAsync("group", "scale", "web", "3");
            Assert.NotEqual(0, full.ExitCode);
            Assert.Contains("full", full.Error, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(2, server.RealPids().Count);

            File.Delete(ballast);
            (await server.MusterAsync("group", "scale", "web", "3")).Good();
            await server.UntilHealthyAsync("web", 3);
        }
        finally
        {
            (await ProgramRun.OfAsync("/bin/umount", [data])).Good();
            Directory.Delete(data);
        }
    }

    private static Task<ProgramRun> DevAsync(string data, int port) =>
        ProgramRun.OfAsync(MusterExe.Path, ["dev", "--listen", $"127.0.0.1:{port}", "--data", data]);

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Full: what was wanted.
            Debug.Assert(file.Length > 0);
        }
    }
}
