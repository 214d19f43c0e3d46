using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Clouds.Tests.Triton;

/// <summary>A simulated CloudAPI with one account, and a triton cloud that signs with an ECDSA key of it.</summary>
internal sealed class TritonHarness : CloudHarness
{
    public const string Login = "jane.doe";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-triton-");
    private ICloud? _cloud;

    private TritonHarness(TritonSimulator simulator, TritonSimulatorOptions options)
    {
        (Simulator, Options) = (simulator, options);
        Account = simulator.AddAccount(Login);
        Keys = new KeyMaker(_directory.FullName);
    }

    public TritonSimulator Simulator { get; }

    public TritonSimulatorOptions Options { get; }

    public SimulatedAccount Account { get; }

    public KeyMaker Keys { get; }

    /// <summary>The account's own key.</summary>
    public string KeyFile { get; private set; } = "";

    public string Root => _directory.FullName;

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known; of a real CloudAPI nobody knows it.</summary>
    public override TimeSpan ListingLagMax => Options.Lag * 2;

    public static async Task<TritonHarness> StartAsync(
        Action<TritonSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new TritonHarness(await TritonSimulator.StartAsync(options, TimeProvider.System), options);
        var key = harness.Keys.Make("ecdsa");
        harness.Account.AddKey(KeyMaker.Public(key));
        harness.KeyFile = key;
        harness._cloud = harness.Open([("key_file", key), .. cloudOptions]);
        return harness;
    }

    /// <summary>Another connection to the same CloudAPI; options given here win.</summary>
    public ICloud Open(params (string Name, string Value)[] options) => Open(_ => { }, options);

    /// <inheritdoc cref="Open((string, string)[])"/>
    /// <param name="say">Gets what it says.</param>
    /// <param name="options">Options.</param>
    public ICloud Open(Action<string> say, params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string> { ["url"] = Simulator.Url.ToString(), ["account"] = Login };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return Opened.Now("triton", new()
        {
            Name = "east",
            DataDirectory = _directory.FullName,
            Options = all.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = say,
            Time = TimeProvider.System,
            Random = Random,
        });
    }

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with { Cloud = "east", Size = Catalogue.Package };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "00000000-0000-4000-8000-000000000000" };

    public LaunchRequest Request() => Local.Requests.Make(GoodTemplate()) with { Name = $"web-{Random.NextId():N}" };

    public async Task<Instance[]> ListAsync()
    {
        var listed = new List<Instance>();
        await foreach (var page in Cloud.ListAsync(new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public override Hand? Killing => (instance, _) => SetAsync(instance, "stopped");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "stopping");
        await SetAsync(instance, "stopped");
    };

    public override Hand? Deleting => (instance, _) => SetAsync(instance, "deleted");

    public override Hand? Protecting => (instance, _) => ProtectAsync(instance, true);

    public override Hand? Unprotecting => (instance, _) => ProtectAsync(instance, false);

    /// <summary>Half of what is asked from then on is carried out, and none of it answered.</summary>
    public override Func<CancellationToken, Task>? CuttingOff => _ =>
    {
        Options.Faults = request => request.Number % 2 == 0 ? new Fault.LostAnswer() : new Fault.Reset();
        return Task.CompletedTask;
    };

    public override Task ComeBackAsync(CancellationToken cancellationToken)
    {
        Options.Faults = _ => null;
        return Task.CompletedTask;
    }

    /// <summary>With a good key that the account does not have.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("key_file", Keys.Make("ed25519")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Machines.Alive
                .Where(machine => (string?)machine.Tags[MusterTags.Installation] == installation.ToString())
                .Select(machine => machine.Name),
        ]);

    public override async ValueTask DisposeAsync()
    {
        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private Task ProtectAsync(Instance instance, bool isProtected)
    {
        Simulator.Machines.SetProtection(Guid.Parse(instance.Id.Value), isProtected);
        return Task.CompletedTask;
    }

    private Task SetAsync(Instance instance, string state)
    {
        Simulator.Machines.SetState(Guid.Parse(instance.Id.Value), state);
        return Task.CompletedTask;
    }
}
