using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>
/// <c>deploy/terraform/bootstrap</c> walked through with stand-ins for <c>terraform</c> and <c>ssh</c>: what it would lay on the machines,
/// and that no secret is on a command line, where every user of a machine reads it.
/// </summary>
public sealed class BootstrapTests : IDisposable
{
    private const string Terraform =
        """
        #!/bin/sh
        case "$*" in
            *machines) echo '[{"name":"m-01","public":"192.0.2.1","private":"10.0.0.5"},{"name":"m-02","public":"192.0.2.2","private":"10.0.0.6"},{"name":"m-03","public":"192.0.2.3","private":"10.0.0.7"}]' ;;
            *) echo m ;;
        esac
        """;

    // Keeps its command line and what comes by standard input; lays a file down where it would be put, and answers as
    // the programs there would.
    private const string Ssh =
        """
        #!/bin/sh
        printf '%s\n' "$*" >>"$WALK/commands"
        case "$*" in
            *"cat >'"*)
                machine=$(echo "$*" | sed 's/.*root@\([0-9.]*\) .*/\1/')
                file=$(echo "$*" | sed "s/.*cat >'\([^']*\)\.new'.*/\1/")
                mkdir -p "$WALK/$machine$(dirname "$file")"
                cat >"$WALK/$machine$file" ;;
            *"consul acl bootstrap"*) echo '{"SecretID":"consul-management-secret"}' ;;
            *"nomad acl bootstrap"*) echo '{"SecretID":"nomad-management-secret"}' ;;
            *"ip -j -4 address"*) echo '[{"ifname":"net1","addr_info":[{"local":"10.0.0.5"},{"local":"10.0.0.6"},{"local":"10.0.0.7"}]}]' ;;
            *"sh -s"*) if grep -q 'token create'; then echo '{"SecretID":"consul-token-secret"}'; fi ;;
        esac
        """;

    private readonly string _folder = DevServer.NewData();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Walk => Path.Combine(_folder, "walk");

    private string Secrets => Path.Combine(_folder, "terraform", "secrets");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Its_first_step_lays_certificates_and_configurations_on_every_machine_and_no_secret_on_a_command_line()
    {
        (await BootstrapAsync("cluster")).Good();

        foreach (var (machine, address) in new[] { ("192.0.2.1", "10.0.0.5"), ("192.0.2.2", "10.0.0.6"), ("192.0.2.3", "10.0.0.7") })
        {
            await VerifyAsync($"{machine}/etc/consul", "node", "ca", address);
            await VerifyAsync($"{machine}/etc/nomad", "node", "ca", address);
            await VerifyAsync($"{machine}/etc/vault", "node", "ca", address);
            await VerifyAsync($"{machine}/etc/cockroach/certs", "node", "ca", address);
            var consul = await ReadAsync($"{machine}/etc/consul/local.hcl");
            Assert.Contains($"bind_addr        = \"{address}\"", consul, StringComparison.Ordinal);
            Assert.Contains("""["10.0.0.5","10.0.0.6","10.0.0.7"]""", consul, StringComparison.Ordinal);
            var nomad = await ReadAsync($"{machine}/etc/nomad/local.hcl");
            Assert.Contains("token   = \"consul-token-secret\"", nomad, StringComparison.Ordinal);
            Assert.Contains("network_interface = \"net1\"", nomad, StringComparison.Ordinal);
            Assert.Equal(3, (await ReadAsync($"{machine}/etc/vault/local.hcl")).Split("retry_join {").Length - 1);
            Assert.Contains(
                "10.0.0.5,10.0.0.6,10.0.0.7", await ReadAsync($"{machine}/etc/nftables.d/cluster.nft"), StringComparison.Ordinal);
        }

        var commands = await ReadAsync("commands");
        string[] secrets =
        [
            "consul-management-secret", "nomad-management-secret", "consul-token-secret",
            .. Directory.EnumerateFiles(Secrets)
                .Where(file => Path.GetExtension(file) is ".gossip" or ".password" or ".key")
                .Select(File.ReadAllText),
        ];
        Assert.True(secrets.Length >= 10);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret.Trim(), commands, StringComparison.Ordinal));
        Assert.DoesNotContain("PRIVATE KEY", commands, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_no_secret()
    {
        (await BootstrapAsync("cluster")).Good();
        var first = Contents();
        (await BootstrapAsync("cluster")).Good();
        Assert.Equal(first, Contents());
    }

    [Fact]
    public async Task Configurations_that_it_writes_are_HCL()
    {
        var terraform = TerraformExe.Path;
        (await BootstrapAsync("cluster")).Good();
        foreach (var file in (string[])["consul", "nomad", "vault"])
        {
            (await ProgramRun.OfAsync(
                "/bin/sh", ["-c", "\"$1\" fmt - <\"$2\"", "fmt", terraform, Path.Combine(Walk, $"192.0.2.2/etc/{file}/local.hcl")])).Good();
        }
    }

    [Fact]
    public async Task What_a_later_step_lacks_is_named()
    {
        var run = await BootstrapAsync("jobs", "nowhere.hcl");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("a file with the variables", run.Error, StringComparison.Ordinal);
    }

    private async Task<ProgramRun> BootstrapAsync(params string[] arguments)
    {
        if (!Directory.Exists(Walk))
        {
            Directory.CreateDirectory(Walk);
            (await ProgramRun.OfAsync("/bin/sh", [
                "-c",
                "cp -R \"$1\" \"$2/terraform\" && rm -rf \"$2/terraform/secrets\"",
                "copy",
                DeployFolder.At("terraform"),
                _folder,
            ])).Good();
            await StandInAsync("terraform", Terraform);
            await StandInAsync("ssh", Ssh);
        }

        return await ProgramRun.OfAsync(Path.Combine(_folder, "terraform", "bootstrap"), arguments, new Dictionary<string, string>
        {
            ["PATH"] = $"{Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["WALK"] = Walk,
        });
    }

    private async Task StandInAsync(string name, string script)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName, name);
        await File.WriteAllTextAsync(file, script, Cancellation);
        (await ProgramRun.OfAsync("chmod", ["500", file])).Good();
    }

    private async Task VerifyAsync(string directory, string certificate, string authority, string address)
    {
        var at = Path.Combine(Walk, directory);
        (await ProgramRun.OfAsync(
            "openssl", ["verify", "-verify_ip", address, "-CAfile", $"{at}/{authority}.crt", $"{at}/{certificate}.crt"])).Good();
        (await ProgramRun.OfAsync("openssl", ["pkey", "-in", $"{at}/{certificate}.key", "-noout"])).Good();
    }

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Walk, file), Cancellation);

    private Dictionary<string, string> Contents() => Directory.EnumerateFiles(Secrets)
        .Where(file => Path.GetExtension(file) != ".srl")
        .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
