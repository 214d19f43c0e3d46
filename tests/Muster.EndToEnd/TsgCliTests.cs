using System.Text.RegularExpressions;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>
/// The executable by the original's name, on the Triton that <c>muster dev</c> pretends: as a user follows docs/tsg-scale.md.
/// </summary>
public sealed partial class TsgCliTests : IAsyncLifetime
{
    private readonly string _data = DevServer.NewData();
    private readonly ServerProcess _server;

    public TsgCliTests()
    {
        var port = Ports.Next();
        _server = new(
            port, ["dev", "--simulate", "triton", "--simulate-provisioning", "100ms", "--listen", $"127.0.0.1:{port}", "--data", _data]);
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        // It answers a moment before all that it prints is read here.
        await Patiently.UntilAsync(
            () => _server.Log.Contains("triton instance list", StringComparison.Ordinal), "it says how to use what it pretends");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Called_by_the_originals_name_it_scales_as_the_original_did()
    {
        var link = Path.Combine(_data, "tsg-cli");
        File.CreateSymbolicLink(link, MusterExe.Path);

        var launched = (await ScaleAsync(link, 3)).Good();
        var noOp = (await ScaleAsync(link, 3)).Good();
        var terminated = (await ScaleAsync(link, 1)).Good();

        Assert.Equal(3, Types(launched, "TSG_INSTANCE_LAUNCH"));
        Assert.Equal(1, Types(noOp, "TSG_INSTANCE_NO_OP"));
        Assert.Equal(2, Types(terminated, "TSG_INSTANCE_TERMINATE"));
        Assert.Empty(launched.Output);
    }

    [Fact]
    public async Task A_group_comes_up_on_the_cloud_that_is_pretended()
    {
        var words = Printed(TemplateLine(), "the template").Split(' ');

        (await _server.MusterAsync(["template", "create", "machine", .. words])).Good();
        (await _server.MusterAsync("cloud", "check", "triton", "--template", "machine")).Good();
        (await _server.MusterAsync("group", "create", "fleet", "--template", "machine", "--capacity", "3")).Good();
        (await _server.MusterAsync("group", "wait", "fleet")).Good();
    }

    private static int Types(ProgramRun run, string type) => run.Error.Split($"\"notification_type\":\"{type}\"").Length - 1;

    private Task<ProgramRun> ScaleAsync(string program, int count) => ProgramRun.OfAsync(
        program,
        [
            "scale", "--count", $"{count}", "--tsg-name", "web", "--template-id", "ad74301e-ad62-404a-be44-3b2f24d082ac",
            "--pkg-id", "g4-highcpu-256M", "--img-id", "49b22aec-0c8a-11e6-8807-a3eb4db576ba",
            "-A", "demo", "-K", Printed(KeyId(), "the key's id"), "-U", Printed(Url(), "the address"),
            "--key-material", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Path.Combine(_data, "simulated-triton", "id_rsa"))),
        ]);

    private string Printed(Regex pattern, string what)
    {
        var match = pattern.Match(_server.Log);
        Assert.True(match.Success, $"{what} was not printed:\n{_server.Log}");
        return match.Groups[1].Value;
    }

    [GeneratedRegex("TRITON_KEY_ID=([0-9a-f:]+)")]
    private static partial Regex KeyId();

    [GeneratedRegex("TRITON_URL=(http://[0-9.:]+)")]
    private static partial Regex Url();

    [GeneratedRegex("template create machine (.+)")]
    private static partial Regex TemplateLine();
}
