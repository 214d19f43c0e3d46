using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgScale;

/// <summary>
/// The original's scale program, replaced: its flags, its log, and none of its accidents. Numbers are those of docs/tsg-defects.md.
/// </summary>
public sealed class TsgScaleTests
{
    [Fact]
    public async Task Called_with_the_originals_flags_it_makes_machines_with_the_originals_marks()
    {
        await using var cloud = await TsgCloud.StartAsync();

        var lines = await cloud.GoodAsync(2);

        Assert.Equal(["TSG_INSTANCE_LAUNCH", "TSG_INSTANCE_LAUNCH"], lines.Select(TsgCloud.Type));
        Assert.All(cloud.Machines, machine =>
        {
            Assert.Equal((TsgCloud.Group, TsgCloud.Template), ((string?)machine.Tags["tsg.name"], (string?)machine.Tags["tsg.template"]));
            // Defect 20: the machine has the name itself, and its tag says the same.
            Assert.StartsWith("tsg-ad74301e-", machine.Name, StringComparison.Ordinal);
            Assert.Equal(machine.Name, (string?)machine.Tags["name"]);
        });
    }

    [Fact]
    public async Task Its_log_has_the_originals_fields_in_the_originals_order()
    {
        await using var cloud = await TsgCloud.StartAsync();

        var launch = Assert.Single(await cloud.GoodAsync(1));
        var noOp = Assert.Single(await cloud.GoodAsync(1));
        var terminate = Assert.Single(await cloud.GoodAsync(0));

        var id = cloud.Simulator.Machines.Ended.Single().Id;
        AssertLine(launch, "info", "TSG_INSTANCE_LAUNCH", $"Launching new instance {id}",
            "An instance was created due to a difference between the expected and actual instance count");
        AssertLine(noOp, "info", "TSG_INSTANCE_NO_OP", "Expected 1 instances in TSG: \"web\" - found 1 instances", "TSG is healthy");
        AssertLine(terminate, level: null, "TSG_INSTANCE_TERMINATE", $"Terminating instance {id}",
            "An instance was deleted due to a difference between the expected and actual instance count");
    }

    [Fact]
    public async Task Everything_that_the_flags_say_reaches_the_machine()
    {
        await using var cloud = await TsgCloud.StartAsync();

        await cloud.GoodAsync(
            1, "--networks", Catalogue.Network, "--tag", "role=a=b",
            "-t", "one=1,two=2", "--tags", "list=x,y", "-m", TsgCloud.Base64("k=v=w"),
            "--userdata", TsgCloud.Base64("#!/bin/sh\necho ü\n"),
            "--firewall", "--affinity", "inst!=~db*,role==web", "--affinity", "db0", "--state", "running");

        var machine = Assert.Single(cloud.Machines);
        Assert.Equal([Catalogue.Network], machine.Networks);
        // Defects 18 and 19: firewall and affinity.
        Assert.True(machine.HasFirewall);
        Assert.Equal(["instance!=~db*", "role==web", "instance==db0"], machine.Affinity);
        // Defect 15: values with = and commas are whole.
        Assert.Equal(
            ("a=b", "1", "2", "x,y"),
            ((string?)machine.Tags["role"], (string?)machine.Tags["one"], (string?)machine.Tags["two"], (string?)machine.Tags["list"]));
        Assert.Equal(("v=w", "#!/bin/sh\necho ü\n"), ((string?)machine.Metadata["k"], (string?)machine.Metadata["user-data"]));
    }

    // Defects 1 (count), 2 (empty name) and 15 (tags): what the original took for 0, for everybody's, or crashed at.
    [Theory]
    [InlineData("--count is 'three': a whole number from 0 to 100000", "--count", "three")]
    [InlineData("--count is '': a whole number from 0 to 100000", "--count", "")]
    [InlineData("--count is '010': a whole number from 0 to 100000, without a 0 before it", "--count", "010")]
    [InlineData("--count is '-1': a whole number from 0 to 100000", "--count", "-1")]
    [InlineData("--count is '1e2': a whole number from 0 to 100000", "--count", "1e2")]
    [InlineData("--tsg-name is '': 1 to 182 characters of A-Z a-z 0-9 . _ -", "--tsg-name", "")]
    [InlineData("--tsg-name is '*': 1 to 182 characters of A-Z a-z 0-9 . _ -", "--tsg-name", "*")]
    [InlineData("--tag is 'role': KEY=VALUE", "--tag", "role")]
    [InlineData("--tag is '=x': KEY=VALUE", "--tag", "=x")]
    [InlineData("--userdata is '(not shown)': text in base64", "--userdata", "not base64!")]
    [InlineData("--metadata is 'a=b': text in base64", "--metadata", "a=b")]
    [InlineData("--template-id is 'x': a UUID", "--template-id", "x")]
    [InlineData("unknown flag: --cuont", "--cuont", "3")]
    public async Task Dangerous_input_is_refused_and_no_machine_is_touched(string expected, params string[] more)
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(2);

        var run = await cloud.ScaleAsync(2, more);

        Assert.Equal(ExitCode.Error, run.Code);
        var line = Assert.Single(TsgCloud.Lines(run));
        Assert.Equal(("unable to run", expected), (line.GetProperty("message").GetString(), line.GetProperty("error").GetString()));
        Assert.Equal(2, cloud.Machines.Count);
    }

    // The cloud refuses in the words of a configuration file; here there are flags.
    [Theory]
    [InlineData(
        "--url is 'http://example.com': CloudAPI's address: https://...; http:// only on this machine", "--url", "http://example.com")]
    [InlineData("--account is 'd': a login: 3 to 32 characters, a letter first, then letters, digits, _ . @ -", "--account", "d")]
    [InlineData("--key-id is 'aa:bb': the fingerprint of the key in key_file", "--key-id", "aa:bb")]
    [InlineData("--key-material is '/nosuch': a file that can be read", "--key-material", "L25vc3VjaA==")]
    public async Task What_the_cloud_refuses_is_said_of_the_flag(string expected, params string[] last)
    {
        await using var cloud = await TsgCloud.StartAsync();

        var run = await CliRun.Of([.. cloud.Arguments("1"), .. last]);

        Assert.Equal(ExitCode.Error, run.Code);
        var line = Assert.Single(TsgCloud.Lines(run));
        Assert.StartsWith(expected, line.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(cloud.Machines);
    }

    // Defect 11: the original built its errors and never wrote them.
    [Fact]
    public async Task A_launch_that_is_refused_is_told_as_such()
    {
        await using var cloud = await TsgCloud.StartAsync(options => options.MachinesMax = 1);

        var run = await cloud.ScaleAsync(2);

        Assert.Equal(ExitCode.Error, run.Code);
        var error = Assert.Single(TsgCloud.Lines(run), line => TsgCloud.Type(line) == "TSG_INSTANCE_LAUNCH_ERROR");
        Assert.Equal(("error", "failed"), (error.GetProperty("level").GetString(), error.GetProperty("status").GetString()));
        Assert.Contains("Quota exceeded", error.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(cloud.Machines);
    }

    // Defect 11.
    [Fact]
    public async Task A_termination_that_is_refused_is_told_as_such()
    {
        await using var cloud = await TsgCloud.StartAsync();
        await cloud.GoodAsync(1);
        cloud.Options.Faults = request =>
            request.Method == "DELETE" ? new Fault.Answer(403, """{"code":"NotAuthorized","message":"no"}""") : null;

        var run = await cloud.ScaleAsync(0);

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains(TsgCloud.Lines(run), line => TsgCloud.Type(line) == "TSG_INSTANCE_TERMINATE_ERROR");
        Assert.Single(cloud.Machines);
    }

    [Fact]
    public async Task CloudAPI_that_does_not_answer_is_told_and_nothing_is_done()
    {
        await using var cloud = await TsgCloud.StartAsync(options => options.Faults = _ => new Fault.Answer(502, "<html>", Html: true));

        var run = await cloud.ScaleAsync(2);

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains("in HTML", Assert.Single(TsgCloud.Lines(run)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(cloud.Machines);
    }

    // Each launch made three calls of the ten a second that CloudAPI allows, and the run failed though the machine was made.
    [Fact]
    public async Task An_account_of_ten_calls_a_second_gets_fifteen_machines_in_one_run()
    {
        await using var cloud = await TsgCloud.StartAsync(options => (options.PerSecond, options.Burst) = (10, 30));

        var lines = await cloud.GoodAsync(15);

        Assert.Equal(15, cloud.Machines.Count);
        Assert.Equal(15, lines.Count(line => TsgCloud.Type(line) == "TSG_INSTANCE_LAUNCH"));
        Assert.Equal(15, cloud.Simulator.Calls[("POST machines", 201)]);
        Assert.DoesNotContain(cloud.Simulator.Calls.Keys, call => call.Status == 429);
    }

    // Others use the account too, and a run knows nothing of the one before: the burst may be gone.
    [Fact]
    public async Task A_refusal_as_one_call_too_many_is_waited_out()
    {
        await using var cloud = await TsgCloud.StartAsync(options => (options.PerSecond, options.Burst) = (10, 8));

        for (var run = 0; run < 2; run++)
        {
            Assert.DoesNotContain(await cloud.GoodAsync(10), line => TsgCloud.Type(line) == "TSG_INSTANCE_LAUNCH_ERROR");
            Assert.Equal(10, cloud.Machines.Count);
            await cloud.GoodAsync(0);
        }

        Assert.Contains(cloud.Simulator.Calls.Keys, call => call.Status == 429);
    }

    // Defect 5: two runs at once made 9 of 8.
    [Fact]
    public async Task Runs_that_overlap_make_each_machine_once()
    {
        await using var cloud = await TsgCloud.StartAsync(options => options.Latency = new(TimeSpan.FromMilliseconds(10), 0.9));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cloud.ScaleAsync(8)));

        Assert.Equal(8, cloud.Machines.Count);
    }

    // Defect 21: the key was on the command line, and in the log at DEBUG.
    [Fact]
    public async Task A_key_on_the_command_line_is_taken_with_a_warning_and_shown_nowhere()
    {
        await using var cloud = await TsgCloud.StartAsync();

        var run = await CliRun.Of([.. cloud.Arguments("1"), "--key-material", TsgCloud.Base64(cloud.Pem)]);

        Assert.Equal(ExitCode.Ok, run.Code);
        var lines = TsgCloud.Lines(run);
        Assert.Equal("warn", lines[0].GetProperty("level").GetString());
        Assert.Contains("others can read it", lines[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("TSG_INSTANCE_LAUNCH", TsgCloud.Type(lines[1]));
        Assert.DoesNotContain(cloud.Pem.Split('\n')[1], run.Error + run.Out, StringComparison.Ordinal);
    }

    // Defect 22: keys of 1024 bits still sign for the jobs that hold them, with SHA-256 and with a word about it.
    [Fact]
    public async Task A_weak_key_of_the_original_signs_with_a_warning()
    {
        await using var cloud = await TsgCloud.StartAsync();
        using var weak = RSA.Create(1024);
        var parameters = weak.ExportParameters(includePrivateParameters: false);
        var id = cloud.Account.AddKey(Ssh(parameters), "weak").Fingerprint;

        var run = await CliRun.Of([.. cloud.Arguments("1"), "-K", id, "--key-material", TsgCloud.Base64(weak.ExportRSAPrivateKeyPem())]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("RSA of 1024 bits, which is weak", run.Error, StringComparison.Ordinal);
        Assert.Single(cloud.Machines);
    }

    [Fact]
    public async Task A_key_that_is_not_the_named_one_is_refused_without_being_shown()
    {
        await using var cloud = await TsgCloud.StartAsync();

        var run = await CliRun.Of([
            .. cloud.Arguments("1"),
            "-K",
            "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            "--key-material",
            TsgCloud.Base64(cloud.Pem),
        ]);

        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains($"which is {cloud.KeyId}", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(cloud.Pem.Split('\n')[1], run.Error, StringComparison.Ordinal);
    }

    // The original's help promised these variables, and nothing read them.
    [Fact]
    public async Task Account_address_and_key_may_come_from_the_environment()
    {
        await using var cloud = await TsgCloud.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["TRITON_ACCOUNT"] = TsgCloud.Login,
            ["SDC_URL"] = cloud.Simulator.Url.ToString(),
            ["SDC_KEY_ID"] = cloud.KeyId,
            ["TRITON_KEY_MATERIAL"] = TsgCloud.Base64(cloud.Pem),
        };

        var run = await CliRun.Of(
            environment, "scale", "--count", "1", "--pkg-id", Catalogue.Package,
            "--img-id", Catalogue.Image, "--tsg-name", "web", "--template-id", TsgCloud.Template);

        Assert.Equal(ExitCode.Ok, run.Code);
        // In the environment, nobody else reads it: no warning.
        Assert.Single(TsgCloud.Lines(run));
    }

    [Theory]
    [InlineData("tsg-cli", "scale", "--help")]
    [InlineData("/usr/local/bin/tsg-cli")]
    [InlineData("muster", "scale", "--tsg-name", "x", "-h")]
    public async Task Its_help_names_the_originals_flags(string program, params string[] args)
    {
        var (code, output) = await RunAsync(program, args);

        Assert.Equal(0, code);
        Assert.Contains("-K, --key-id", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Called_as_muster_scale_with_musters_flags_it_is_musters_own()
    {
        var (code, output) = await RunAsync("muster", ["scale", "--help"]);

        Assert.Equal(0, code);
        Assert.Contains("muster scale --group", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] args)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        var terminal = new Terminal
        {
            Out = output,
            Error = output,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = _ => null,
            ProgramName = program,
        };
        return (await MusterProgram.RunAsync(args, terminal, TestContext.Current.CancellationToken), output.ToString());
    }

    private static void AssertLine(JsonElement line, string? level, string type, string description, string message)
    {
        string[] names = ["account_name", "tsg_name", "status", "notification_type", "description", "time", "message"];
        Assert.Equal(level is null ? names : ["level", .. names], line.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (level, TsgCloud.Login, TsgCloud.Group, "successful", type, description, message),
            (
                level is null ? null : Text("level"), Text("account_name"), Text("tsg_name"), Text("status"), Text("notification_type"),
                Text("description"), Text("message")));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", Text("time"));

        string? Text(string name) => line.GetProperty(name).GetString();
    }

    private static string Ssh(RSAParameters key)
    {
        byte[] blob = [.. Field("ssh-rsa"u8.ToArray()), .. Field(key.Exponent!), .. Field([0, .. key.Modulus!])];
        return $"ssh-rsa {Convert.ToBase64String(blob)}";

        static byte[] Field(byte[] content) => [0, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }
}
