using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Triton.Machines;

namespace Muster.Cli.Tests.Commands;

/// <summary><c>muster dev --simulate triton</c>: what it prints is what one types.</summary>
public sealed class SimulateTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Simulated => Path.Combine(_directory.Path, "simulated-triton");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_group_comes_up_on_it_and_is_gone_with_it()
    {
        using var stop = new CancellationTokenSource();
        var (address, running) = await ServingProgram.StartAsync(
            [
                "dev", "--listen", "127.0.0.1:0", "--data", _directory.Path, "--simulate", "triton", "--simulate-provisioning", "10ms",
                "--simulate-latency", "1ms",
            ],
            stop.Token);

        await GoodAsync(
            address, "template", "create", "machine", "--cloud", "triton", "--image", Catalogue.Image, "--size", Catalogue.Package);
        var check = await GoodAsync(address, "cloud", "check", "triton", "--template", "machine");
        await GoodAsync(address, "group", "create", "fleet", "--template", "machine", "--capacity", "3");
        await GoodAsync(address, "group", "wait", "fleet");
        var scale = await GoodAsync(
            address, "scale", "--config", Path.Combine(Simulated, "muster.toml"), "--cloud", "triton", "--group", "job", "--count", "2",
            "--image", Catalogue.Image, "--size", Catalogue.Package);
        await stop.CancelAsync();

        Assert.Contains(Catalogue.Package, check.Out, StringComparison.Ordinal);
        Assert.Equal(2, scale.Out.Split('\n').Count(line => line.StartsWith("LAUNCH ", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task The_key_is_the_owners_alone_and_stays_when_it_is_started_again()
    {
        var keys = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            using var stop = new CancellationTokenSource();
            var (_, running) = await ServingProgram.StartAsync(
                ["dev", "--listen", "127.0.0.1:0", "--data", _directory.Path, "--simulate", "triton"], stop.Token);
            await stop.CancelAsync();
            await running;
            keys.Add(File.ReadAllText(Path.Combine(Simulated, "id_rsa")));
        }

        Assert.Equal(keys[0], keys[1]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Simulated, "id_rsa")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Simulated));
    }

    [Fact]
    public async Task A_cloud_with_load_balancers_has_a_source_of_traffic_to_try_and_tells_of_them_in_its_check()
    {
        using var stop = new CancellationTokenSource();
        var (address, running) = await ServingProgram.StartAsync(
            ["dev", "--listen", "127.0.0.1:0", "--data", _directory.Path, "--simulate", "gce"], stop.Token);

        await GoodAsync(
            address, "template", "create", "machine", "--cloud", "gce", "--image", "family/debian-12", "--size", "e2-small", "--option",
            "image_project=debian-cloud");
        await GoodAsync(
            address, "group", "create", "fleet", "--template", "machine", "--capacity", "0", "--traffic", "lb,backend=web,port=8080");
        var unknown = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = address },
            ["group", "update", "fleet", "--traffic", "edge,backend=web,port=8080"]);
        var check = await GoodAsync(address, "cloud", "check", "gce");
        await stop.CancelAsync();

        Assert.Contains("a source of traffic of the server's configuration: lb", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("load balancers", check.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task Members_of_load_balancers_are_said_not_to_be_looked_for_where_nothing_else_is_left_over()
    {
        using var stop = new CancellationTokenSource();
        var (address, running) = await ServingProgram.StartAsync(
            ["dev", "--listen", "127.0.0.1:0", "--data", _directory.Path, "--simulate", "openstack"], stop.Token);

        var leftovers = await CliRun.Of(
            new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, ["cloud", "leftovers", "openstack"]);
        await stop.CancelAsync();

        Assert.EndsWith(
            "there is nothing to look for. Members of its load balancers may be left over; these are not looked for",
            leftovers.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Theory]
    [InlineData(
        "--simulate is 'moon': azure, digitalocean, ec2, gce, hetzner, libvirt, openstack, proxmox, triton, vsphere or nomad", "--simulate",
        "moon")]
    [InlineData("--simulate-failing is '101': a whole number from 0 to 100", "--simulate", "triton", "--simulate-failing", "101")]
    [InlineData("--simulate-rate says how a cloud is simulated: say which with --simulate", "--simulate-rate", "5")]
    [InlineData(
        "--simulate-rate says how a cloud is simulated: say which with --simulate", "--simulate", "nomad", "--simulate-rate", "5")]
    public async Task Wrong_input_is_named(string expected, params string[] args)
    {
        var run = await CliRun.Of(["dev", "--data", _directory.Path, .. args]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"muster: {expected}", run.ErrorLines[0]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    private static async Task<CliRun> GoodAsync(string address, params string[] args)
    {
        var run = await CliRun.Of(new Dictionary<string, string> { ["MUSTER_ADDR"] = address }, args);
        Assert.True(run.Code is ExitCode.Ok, $"muster {string.Join(' ', args)}: {run.Code}\n{run.Out}\n{run.Error}");
        return run;
    }
}
