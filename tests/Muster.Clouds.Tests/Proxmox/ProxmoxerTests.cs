using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Tests.Daemons;
using Muster.Simulators.Proxmox.Machines;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>
/// The simulator checked with Debian's python3-proxmoxer, a client that nobody here wrote, so that what Muster is tested against is not
/// Muster's own opinion. <c>./test</c> installs it.
/// </summary>
public sealed class ProxmoxerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_is_cloned_configured_started_stopped_and_removed()
    {
        using var certificate = Certificate();
        await using var harness = await ProxmoxHarness.StartAsync(options => options.Certificate = certificate);

        var told = await RunAsync(
            harness,
            $"""
            node = api.nodes("{Catalogue.FirstNode}")
            wait(node.qemu(9000).clone.post(newid=4711, name="db0", full=0, description="mine"))
            node.qemu(4711).config.put(tags="gold;db", memory=512)
            wait(node.qemu(4711).status.start.post())
            config = node.qemu(4711).config.get()
            print(config["name"], config["memory"], config["tags"], config["description"])
            print(node.qemu(4711).status.current.get()["status"])
            print([row["status"] for row in api.cluster.resources.get(type="vm") if row["vmid"] == 4711])
            wait(node.qemu(4711).status.stop.post())
            wait(node.qemu(4711).delete(purge=1))
            print([row["vmid"] for row in api.cluster.resources.get(type="vm")])
            """);

        Assert.Equal("db0 512 db;gold mine\nrunning\n['running']\n[101, 102, 9000, 9001, 9002]\n", told);
    }

    [Fact]
    public async Task It_sees_the_machines_that_Muster_makes_and_is_refused_as_Muster_is()
    {
        using var certificate = Certificate();
        await using var harness = await ProxmoxHarness.StartAsync(
            options => options.Certificate = certificate, ("fingerprint", certificate.GetCertHashString(HashAlgorithmName.SHA256)));
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        var told = await RunAsync(
            harness,
            $"""
            row = [row for row in api.cluster.resources.get(type="vm") if row["vmid"] == {ProxmoxHarness.VmidOf(launched)}][0]
            print(row["name"], row["status"], "muster.launch_{launched.Tags["muster.launch"]}" in row["tags"].split(";"))
            try:
                api.nodes("pve1").qemu(9000).clone.post(newid={ProxmoxHarness.VmidOf(launched)})
            except proxmoxer.ResourceException as error:
                print(error.status_code, error.content)
            print([node["node"] for node in api.nodes.get()], api.version.get()["release"])
            """);

        Assert.Equal(
            $"""
            {launched.Name} running True
            500 unable to create VM {ProxmoxHarness.VmidOf(launched)}: config file already exists
            ['pve1', 'pve2', 'pve3'] 9.1

            """,
            told);
    }

    private static async Task<string> RunAsync(ProxmoxHarness harness, string script)
    {
        var (user, secret) = (harness.Token.Split('=')[0], harness.Token.Split('=')[1]);
        return await Tool.RunAsync(
            "/usr/bin/python3",
            ["-W", "ignore", "-"],
            input: $"""
            import time, proxmoxer
            api = proxmoxer.ProxmoxAPI("127.0.0.1", port={harness.Simulator.Url.Port}, user="{user.Split('!')[0]}",
                token_name="{user.Split('!')[1]}", token_value="{secret}", verify_ssl=False)
            def wait(upid):
                path = api.nodes(upid.split(":")[1]).tasks(upid).status
                while path.get()["status"] == "running":
                    time.sleep(0.05)
                assert path.get()["exitstatus"] == "OK", path.get()
            {script}
            """);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=pve1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
