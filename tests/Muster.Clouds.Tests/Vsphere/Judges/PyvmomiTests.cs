using System.Globalization;

using Muster.Clouds.Tests.Daemons;

namespace Muster.Clouds.Tests.Vsphere.Judges;

/// <summary>
/// The simulator checked with pyvmomi, VMware's own library, so that what Muster is tested against is not Muster's own opinion.
/// <c>./test</c> installs it.
/// </summary>
public sealed class PyvmomiTests
{
    // Where Debian installs packages of Python: another Python may come first on the path.
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task It_logs_in_clones_lists_waits_stops_and_deletes_and_hears_each_refusal()
    {
        await using var harness = await VsphereHarness.StartAsync();

        var said = await Tool.RunAsync(
            Python,
            [
                RepositoryRoot.File("tests/Muster.Clouds.Tests/Vsphere/Judges/judge.py"),
                harness.Simulator.Url.Port.ToString(CultureInfo.InvariantCulture), VsphereHarness.User, VsphereHarness.Password,
            ]);

        Assert.Equal(
            """
            refused: InvalidLogin
            about: VirtualCenter 6.7
            template: debian-12 True ['vim.vm.device.VirtualDisk', 'vim.vm.device.VirtualVmxnet3']
            clone: judged poweredOn west 2
            settings: {'guestinfo.role': 'judge'}
            by uuid: judged
            refused: DuplicateName judged judged
            refused: InvalidPowerState poweredOn
            listed: {'name': 'judged', 'config.extraConfig["guestinfo.role"].value': 'judge'}
            refused: InvalidProperty runtime.colour
            refused: ManagedObjectNotFound
            refused: NotAuthenticated

            """,
            said);
    }
}
