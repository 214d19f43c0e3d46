using System.Globalization;
using System.Text.RegularExpressions;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>The systemd unit, as systemd itself reads it.</summary>
public sealed partial class UnitTests : IDisposable
{
    private readonly string _folder = DevServer.NewData();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_it()
    {
        // It must name an executable that is there; which one it is on the operator's machine is not what is asked here.
        var unit = Path.Combine(_folder, "muster.service");
        var text = await File.ReadAllTextAsync(DeployFolder.At("systemd", "muster.service"), Cancellation);
        await File.WriteAllTextAsync(unit, text.Replace("/usr/local/bin/muster", MusterExe.Path, StringComparison.Ordinal), Cancellation);

        var run = (await DeployFolder.RunAsync("systemd-analyze", "verify", "--man=no", unit)).Good();
        Assert.DoesNotContain(Path.GetFileName(unit), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_exposed_to_little()
    {
        var run = await DeployFolder.RunAsync(
            "systemd-analyze", "security", "--offline=true", "--no-pager", DeployFolder.At("systemd", "muster.service"));
        var exposure = double.Parse(Exposure().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(exposure <= 1.5, run.Output);
    }

    [Fact]
    public async Task A_stop_gives_launches_in_flight_more_time_than_the_server_takes()
    {
        var unit = await File.ReadAllTextAsync(DeployFolder.At("systemd", "muster.service"), Cancellation);
        var page = await File.ReadAllTextAsync(Path.Combine(DeployFolder.Root, "docs", "configuration.md"), Cancellation);
        var given = int.Parse(StopSeconds().Match(unit).Groups[1].Value, CultureInfo.InvariantCulture);
        var taken = int.Parse(StopTimeout().Match(page).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(given > taken, $"{given} s to stop, {taken} s taken");
    }

    [Fact]
    public async Task The_admin_command_has_the_same_secrets_as_the_service()
    {
        var unit = await File.ReadAllTextAsync(DeployFolder.At("systemd", "muster.service"), Cancellation);
        var admin = await File.ReadAllTextAsync(DeployFolder.At("systemd", "muster-admin"), Cancellation);
        var ofUnit = Credential().Matches(unit).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, ofUnit.Count);
        Assert.Equal(ofUnit, Credential().Matches(admin).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex(@"exposure level for muster\.service: ([0-9.]+)")]
    private static partial Regex Exposure();

    [GeneratedRegex(@"^TimeoutStopSec=(\d+)s", RegexOptions.Multiline)]
    private static partial Regex StopSeconds();

    [GeneratedRegex(@"^stop_timeout = ""(\d+)s""", RegexOptions.Multiline)]
    private static partial Regex StopTimeout();

    [GeneratedRegex(@"LoadCredential=([\w.-]+)")]
    private static partial Regex Credential();
}
