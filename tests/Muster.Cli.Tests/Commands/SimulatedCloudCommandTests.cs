using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Hetzner;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Hetzner.Settings;

namespace Muster.Cli.Tests.Commands;

/// <summary>Commands about what only some clouds can do, against a real server with a simulated cloud.</summary>
public sealed class SimulatedCloudCommandTests : IAsyncLifetime
{
    private const string Cloud = "falkenstein";

    private readonly TemporaryDirectory _directory = new();
    private HetznerSimulator _hetzner = null!;
    private string _token = "";
    private RunningServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hetzner = await HetznerSimulator.StartAsync(new HetznerSimulatorOptions { PerSecond = 0 }, TimeProvider.System);
        _token = _hetzner.AddToken();
        var file = _directory.Write("token", $"{_token}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _server = await RunningServer.StartAsync(config => config.Clouds.Add(new()
        {
            Name = Cloud, Kind = "hetzner", Options = new() { ["endpoint"] = _hetzner.Url.ToString(), ["token_file"] = file },
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _hetzner.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_is_left_behind_is_listed_with_what_keeps_it()
    {
        var (old, young) = (Leave("volumes", "data-1", TimeSpan.FromHours(2)), Leave("primary_ips", "address-1", TimeSpan.Zero));
        LeaveOfAnother();

        var table = await _server.GoodAsync("cloud", "leftovers", Cloud);
        using var json = JsonDocument.Parse((await _server.GoodAsync("cloud", "leftovers", Cloud, "--json")).Out);

        Assert.Matches($"(?m)^volume +{old} +data-1 +2h", table.Out);
        Assert.Matches($"(?m)^primary IP +{young} +address-1 .*it is young, and a launch may still be on its way to it", table.Out);
        Assert.Equal(
            [$"primary IP {young} kept", $"volume {old} free"],
            json.RootElement.EnumerateArray().Select(part =>
                $"{part.GetProperty("kind")} {part.GetProperty("id")} "
                + (part.TryGetProperty("kept", out var kept) && kept.ValueKind is JsonValueKind.String ? "kept" : "free")));
    }

    [Fact]
    public async Task Nothing_left_behind_is_an_empty_list()
    {
        LeaveOfAnother();

        Assert.Equal("[]", (await _server.GoodAsync("cloud", "leftovers", Cloud, "--json")).Out.Trim());
    }

    [Fact]
    public async Task What_is_left_behind_is_removed_once_somebody_means_it_and_what_is_young_is_kept()
    {
        var (old, young) = (Leave("volumes", "data-1", TimeSpan.FromHours(2)), Leave("primary_ips", "address-1", TimeSpan.Zero));
        LeaveOfAnother();

        var unsure = await _server.RunAsync("cloud", "leftovers", Cloud, "--remove");
        Assert.Equal(ExitCode.Usage, unsure.Code);
        Assert.Contains("--remove removes 1 parts for good: --yes says that you mean it", unsure.Error, StringComparison.Ordinal);
        Assert.Equal(3, _hetzner.Loose.Count);

        var sure = await _server.GoodAsync("cloud", "leftovers", Cloud, "--remove", "--yes");

        Assert.Equal($"removed volume {old}\n", sure.Out);
        Assert.Contains($"kept primary IP {young}: it is young", sure.Error, StringComparison.Ordinal);
        Assert.Equal(2, _hetzner.Loose.Count);
    }

    [Fact]
    public async Task A_person_is_asked_before_anything_is_removed()
    {
        var old = Leave("volumes", "data-1", TimeSpan.FromHours(2));

        var no = await _server.AtTerminalAsync(["cloud", "leftovers", Cloud, "--remove"], typed: "n");
        Assert.Equal(ExitCode.Error, no.Code);
        Assert.Contains("this removes 1 parts for good. Go on? [y/N]", no.Error, StringComparison.Ordinal);
        Assert.Equal(1, _hetzner.Loose.Count);

        var yes = await _server.AtTerminalAsync(["cloud", "leftovers", Cloud, "--remove"], typed: "y");
        Assert.Equal(ExitCode.Ok, yes.Code);
        Assert.Contains($"removed volume {old}", yes.Out, StringComparison.Ordinal);
        Assert.Equal(0, _hetzner.Loose.Count);
    }

    [Fact]
    public async Task A_machine_is_read_into_a_template_and_what_is_given_beside_it_wins()
    {
        var id = await MakeServerAsync();

        var created = await _server.GoodAsync(
            "template", "create", "more", "--cloud", Cloud, "--like", id, "--tag", "role=worker", "--option", "ipv6=off");
        using var template = JsonDocument.Parse((await _server.GoodAsync("template", "show", "more", "--json")).Out);

        Assert.Contains("muster: left out: SSH keys and user data, which Hetzner does not tell", created.Error, StringComparison.Ordinal);
        var root = template.RootElement;
        Assert.Equal(Cloud, root.GetProperty("cloud").GetString());
        Assert.Equal(Catalogue.Image, root.GetProperty("image").GetString());
        Assert.Equal(Catalogue.ServerType, root.GetProperty("size").GetString());
        Assert.Equal("worker", root.GetProperty("tags").GetProperty("role").GetString());
        Assert.Equal("fsn1", root.GetProperty("options").GetProperty("location").GetString());
        Assert.Equal("off", root.GetProperty("options").GetProperty("ipv6").GetString());
    }

    [Fact]
    public async Task A_machine_that_is_not_there_is_not_found()
    {
        var run = await _server.RunAsync("template", "create", "more", "--cloud", Cloud, "--like", "1");

        Assert.Equal(ExitCode.NotFound, run.Code);
        Assert.Contains("there is no server 1 in the project", run.Error, StringComparison.Ordinal);
    }

    private long Leave(string list, string name, TimeSpan age) => _hetzner.Loose.Add(
        list, name, new Dictionary<string, string> { ["muster.installation"] = _server.Store.Installation.ToString() },
        created: TimeProvider.System.GetUtcNow() - age);

    private void LeaveOfAnother() => _hetzner.Loose.Add(
        "volumes", "theirs", new Dictionary<string, string> { ["muster.installation"] = "11111111-2222-4333-8444-555555555555" });

    /// <summary>Makes a server as a person would, without Muster.</summary>
    private async Task<string> MakeServerAsync()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_hetzner.Url}/servers")
        {
            Content = new StringContent(
                $$"""
                {"name":"by-hand","server_type":"{{Catalogue.ServerType}}","image":"{{Catalogue.Image}}","location":"fsn1",
                 "labels":{"role":"web"} }
                """,
                Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var made = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return made.RootElement.GetProperty("server").GetProperty("id").GetRawText();
    }
}
