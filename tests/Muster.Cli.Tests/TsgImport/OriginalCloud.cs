using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Microsoft.Extensions.Logging.Abstractions;

using Muster.Cli.Composition;
using Muster.Cli.Composition.Clouds;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Credentials;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Tests.TsgImport;

/// <summary>A simulated CloudAPI with machines that the original made, and a Muster of its own that may take them over.</summary>
internal sealed class OriginalCloud : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ECDsa _key = ECDsa.Create();
    private readonly ConcurrentQueue<SimulatedRequest> _requests = new();
    private string _keyId = "";
    private int _made;

    private OriginalCloud(TritonSimulator simulator, TritonSimulatorOptions options)
    {
        Simulator = simulator;
        options.Faults = request =>
        {
            _requests.Enqueue(request);
            return Faults(request);
        };
    }

    public TritonSimulator Simulator { get; }

    /// <summary>Which requests fail, and how.</summary>
    public Func<SimulatedRequest, Fault?> Faults { get; set; } = _ => null;

    public string ConfigPath => Path.Combine(_directory.Path, "muster.toml");

    /// <summary>Machines launched and ended since the original made its own.</summary>
    public int LaunchesAndTerminations => _requests.Count(request =>
        request is { Method: "POST", Path: "machines" }
        || (request.Method == "DELETE" && !request.Path.Contains("/tags", StringComparison.Ordinal))) - _made;

    /// <summary>Requests that put tags on machines.</summary>
    public int Taggings => _requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/tags", StringComparison.Ordinal));

    /// <summary>With a configuration whose cloud has a key of the account in a file.</summary>
    public static Task<OriginalCloud> StartAsync(params (string Group, int Count)[] machines) =>
        StartAsync(file => $"""
            account = "{OriginalDatabase.Login}"
            key_file = "{file}"
            """, machines);

    /// <summary>With a configuration whose cloud goes by each account's own service key.</summary>
    public static Task<OriginalCloud> StartByAccountAsync(params (string Group, int Count)[] machines) =>
        StartAsync(_ => "credential = \"account\"", machines);

    /// <summary>The account's service key is in the store, as its first signed request puts it there.</summary>
    public async Task GiveServiceKeyAsync()
    {
        using var sealer = new LazySealer(ReadConfig().Secrets);
        await using var store = await OpenStoreAsync();
        var account = await store.FindAccountAsync(OriginalDatabase.Login, CancellationToken.None);
        var pem = Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem());
        await store.AddCredentialAsync(
            new()
            {
                Id = new(new SystemRandomSource().NextId()),
                Account = account!.Id,
                Name = "TSG_Management_us-east-1",
                Fingerprint = _keyId,
                PublicKey = "only its fingerprint counts here",
                Secret = await sealer.SealAsync(pem, CredentialSafe.PurposeOf(account.Id), CancellationToken.None),
                CreatedAt = TimeProvider.System.GetUtcNow(),
            },
            replaced: null,
            CancellationToken.None);
    }

    private static async Task<OriginalCloud> StartAsync(Func<string, string> credential, (string Group, int Count)[] machines)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0 };
        var cloud = new OriginalCloud(await TritonSimulator.StartAsync(options, TimeProvider.System), options);
        var account = cloud.Simulator.AddAccount(OriginalDatabase.Login);
        var file = Path.Combine(cloud._directory.Path, "key");
        using (var keygen = Process.Start("ssh-keygen", ["-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", file]))
        {
            await keygen.WaitForExitAsync();
        }

        cloud._key.ImportFromPem(await File.ReadAllTextAsync(file));
        cloud._keyId = account.AddKey(await File.ReadAllTextAsync($"{file}.pub")).Fingerprint;
        cloud._directory.Write("muster.toml", $"""
            data = "data"
            [server]
            listen = "127.0.0.1:0"
            log_level = "error"
            [pulse]
            stop_timeout = "1s"
            [auth]
            mode = "none"
            [[cloud]]
            name = "east"
            kind = "triton"
            [cloud.options]
            url = "{cloud.Simulator.Url}"
            {credential(file)}
            """);
        foreach (var (group, count) in machines)
        {
            for (var i = 0; i < count; i++)
            {
                await cloud.MakeMachineAsync(group);
            }
        }

        return cloud;
    }

    /// <summary>Runs the import.</summary>
    public Task<CliRun> ImportAsync(string url, params string[] more)
    {
        string[] args = ["tsg", "import", "--database", url, "--config", ConfigPath, .. more];
        return CliRun.Of(args);
    }

    /// <summary>Runs it until it is told to stop.</summary>
    public async Task<ExitCode> ImportUntilAsync(string url, CancellationToken stop)
    {
        var terminal = new Terminal
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = _ => null,
        };
        return (ExitCode)await MusterProgram.RunAsync(
            ["tsg", "import", "--database", url, "--config", ConfigPath, "--yes"], terminal, stop);
    }

    /// <summary>What a level check of each group finds, by the real engine over the real cloud.</summary>
    public async Task<List<CheckReport>> CheckAsync(params string[] groups)
    {
        await using var store = await OpenStoreAsync();
        var random = new SystemRandomSource();
        using var sealer = new LazySealer(ReadConfig().Secrets);
        await using var clouds = await CloudDirectory.OpenAsync(
            ReadConfig(), store, new(store, sealer, "ask for one"), TimeProvider.System, random, _ => { });
        var reconciler = new Reconciler(store, TimeProvider.System, random, new RandomLaunchIdentities(random), new(), "test");
        using var pulse = new Pulse(
            store, clouds, reconciler, new ActivityFeed(), new StoreTime(TimeProvider.System), random, new(),
            new PulseLog(new(() => NullLogger<PulseLog>.Instance)));
        var reports = new List<CheckReport>();
        foreach (var group in groups)
        {
            reports.Add(await pulse.CheckAsync(new(Guid.Parse(group)), TestContext.Current.CancellationToken));
        }

        return reports;
    }

    public async Task<T> ReadAsync<T>(Func<IStore, Task<T>> read)
    {
        await using var store = await OpenStoreAsync();
        return await read(store);
    }

    /// <summary>Makes a machine as the original's scale program does.</summary>
    public async Task MakeMachineAsync(string group)
    {
        using var http = new HttpClient { BaseAddress = Simulator.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{OriginalDatabase.Login}/machines");
        var date = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(_key.SignData(
            Encoding.ASCII.GetBytes($"date: {date}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        request.Headers.TryAddWithoutValidation("Date", date);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"Signature keyId=\"/{OriginalDatabase.Login}/keys/{_keyId}\",algorithm=\"ecdsa-sha256\",headers=\"date\","
            + $"signature=\"{signature}\"");
        request.Content = new StringContent(
            $$"""{"image":"{{Catalogue.Image}}","package":"{{Catalogue.Package}}","tag.tsg.name":"{{group}}","tag.tsg.template":"{{OriginalDatabase.Web}}","tag.role":"user's own"}""",
            Encoding.UTF8,
            "application/json");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        _made++;
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        _key.Dispose();
        _directory.Dispose();
    }

    private Task<IStore> OpenStoreAsync() => StoreFactory.OpenAsync(
        ReadConfig().Store, TimeProvider.System, new SystemRandomSource(), TestContext.Current.CancellationToken);

    private MusterConfig ReadConfig() => ConfigReader.Read(ConfigPath, new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Environment = _ => null,
    });
}
