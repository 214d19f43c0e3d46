using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Cli.Exits;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgScale;

/// <summary>A simulated CloudAPI, and calls of the scale program against it as the original's job makes them.</summary>
internal sealed class TsgCloud : IAsyncDisposable
{
    public const string Login = "jane.doe", Group = "web", Template = "ad74301e-ad62-404a-be44-3b2f24d082ac";

    private readonly TemporaryDirectory _directory = new();
    private readonly ThrowAwayKey _key = ThrowAwayKey.Make("tsg");

    private TsgCloud(TritonSimulator simulator, TritonSimulatorOptions options)
    {
        (Simulator, Options) = (simulator, options);
        Account = simulator.AddAccount(Login);
        KeyId = Account.AddKey(_key.PublicLine).Fingerprint;
        KeyFile = _directory.Write("key", _key.PrivatePem);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public TritonSimulator Simulator { get; }

    public TritonSimulatorOptions Options { get; }

    public SimulatedAccount Account { get; }

    public string KeyId { get; }

    public string KeyFile { get; }

    public string Pem => _key.PrivatePem;

    public IReadOnlyList<SimulatedMachine> Machines => Simulator.Machines.Alive;

    public static async Task<TsgCloud> StartAsync(Action<TritonSimulatorOptions>? configure = null)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        return new(await TritonSimulator.StartAsync(options, TimeProvider.System), options);
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The command line of the original's job, with another count and more flags.</summary>
    public string[] Arguments(string count, params string[] more) =>
    [
        "scale", "--count", count, "--pkg-id", "14af2214-d2e8-11e5-9be9-93b3a0c5d3b2", "--img-id", Catalogue.Image,
        "--tsg-name", Group, "--template-id", Template, .. more,
        "-A", Login, "-K", KeyId, "-U", Simulator.Url.ToString(), "--key-material", Base64(KeyFile),
    ];

    /// <summary>One run, told apart by its flags.</summary>
    public Task<CliRun> ScaleAsync(int count, params string[] more) => CliRun.Of(Arguments($"{count}", more));

    /// <summary>One run that must end well.</summary>
    public async Task<IReadOnlyList<JsonElement>> GoodAsync(int count, params string[] more)
    {
        var run = await ScaleAsync(count, more);
        Assert.True(run.Code is ExitCode.Ok, $"{run.Code}\n{run.Error}");
        return Lines(run);
    }

    public static IReadOnlyList<JsonElement> Lines(CliRun run) => [.. run.ErrorLines.Select(line => JsonDocument.Parse(line).RootElement)];

    public static string? Type(JsonElement line) => line.TryGetProperty("notification_type", out var type) ? type.GetString() : null;

    /// <summary>Machines as the original makes them, with its signature: no name of its own, and its two tags.</summary>
    public async Task<string[]> AddOriginalsAsync(int count, string template = Template)
    {
        var made = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var answer = await PostAsync("machines", new JsonObject
            {
                ["image"] = Catalogue.Image,
                ["package"] = Catalogue.Package,
                ["firewall_enabled"] = false,
                ["locality"] = new JsonObject { ["strict"] = false },
                ["tag.tsg.name"] = Group,
                ["tag.tsg.template"] = template,
            });
            made.Add(answer.GetProperty("id").GetString()!);
        }

        return [.. made];
    }

    /// <summary>A call of the account's owner, signed as the original signs: RSA with SHA-1 over the date.</summary>
    public async Task<JsonElement> PostAsync(string path, JsonObject body)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Pem);
        var date = TimeProvider.System.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(
            rsa.SignData(Encoding.UTF8.GetBytes($"date: {date}"), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Simulator.Url, $"/{Login}/{path}"));
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Date", date);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"Signature keyId=\"/{Login}/keys/{KeyId}\",algorithm=\"rsa-sha1\",headers=\"date\",signature=\"{signature}\"");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length > 0 ? JsonDocument.Parse(text).RootElement : default;
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        _directory.Dispose();
    }
}
