using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>Jobs, machines and their image, as far as parsers go; the scripts beside them, as far as their own checkers go.</summary>
public sealed class HclTests : IDisposable
{
    private readonly string _folder = DevServer.NewData();

    public static TheoryData<string> Hcl => [.. Relative("*.hcl"), .. Relative("*.tf")];

    public static TheoryData<string> Scripts =>
        [.. Relative("*.sh"), "compose/prepare", "image/build", "systemd/muster-admin", "terraform/bootstrap"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Hcl))]
    public async Task A_file_is_HCL_and_well_formed(string file)
    {
        // By standard input, since it only opens files whose names it knows.
        var run = await ProgramRun.OfAsync(
            "/bin/sh", ["-c", "\"$1\" fmt -check -diff - <\"$2\"", "fmt", TerraformExe.Path, DeployFolder.At(file)]);
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Error}");
    }

    [Theory, MemberData(nameof(Scripts))]
    public async Task A_script_is_clean(string file) =>
        (await DeployFolder.RunAsync("shellcheck", "--shell=sh", "--severity=warning", DeployFolder.At(file))).Good();

    [Fact]
    public async Task Packer_takes_the_images_file()
    {
        // Older than 1.7 it brings the builder along, and does not know the block that asks for it.
        (await ProgramRun.OfAsync(
            "/bin/sh",
            ["-c", "cp -R \"$1\" \"$2/packer\" && rm \"$2/packer/plugins.pkr.hcl\"", "copy", DeployFolder.At("packer"), _folder])).Good();
        (await DeployFolder.RunAsync("packer", "validate", "-syntax-only", Path.Combine(_folder, "packer"))).Good();
    }

    [Fact]
    public async Task The_machines_own_firewall_is_one() =>
        (await DeployFolder.RunAsync("nft", "--check", "--file", DeployFolder.At("packer", "files", "nftables.conf"))).Good();

    private static IEnumerable<string> Relative(string pattern) =>
        DeployFolder.Files(pattern)
            .Select(file => Path.GetRelativePath(DeployFolder.At(), file))
            .Where(file => !file.Contains("/.terraform/", StringComparison.Ordinal));
}
