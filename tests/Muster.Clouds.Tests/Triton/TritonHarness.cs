using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
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
internal sealed class TritonHarness : SimulatedHarness
{
    public const string Login = "jane.doe";

    private TritonHarness(TritonSimulator simulator, TritonSimulatorOptions options)
        : base("triton", "east", simulator, options, TimeProvider.System)
    {
        (Simulator, Options) = (simulator, options);
        Account = simulator.AddAccount(Login);
        Keys = new KeyMaker(Root);
    }

    public TritonSimulator Simulator { get; }

    public TritonSimulatorOptions Options { get; }

    public SimulatedAccount Account { get; }

    public KeyMaker Keys { get; }

    /// <summary>The account's own key.</summary>
    public string KeyFile { get; private set; } = "";

    public static async Task<TritonHarness> StartAsync(
        Action<TritonSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new TritonSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new TritonHarness(await TritonSimulator.StartAsync(options, TimeProvider.System), options);
        var key = harness.Keys.Make("ecdsa");
        harness.Account.AddKey(KeyMaker.Public(key));
        harness.KeyFile = key;
        harness.Begin([("key_file", key), .. cloudOptions]);
        return harness;
    }

    protected override IEnumerable<(string Name, string Value)> CloudOptions => [("url", Simulator.Url.ToString()), ("account", Login)];

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with { Cloud = "east", Size = Catalogue.Package };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "00000000-0000-4000-8000-000000000000" };

    public override Hand? Killing => (instance, _) => SetAsync(instance, "stopped");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "stopping");
        await SetAsync(instance, "stopped");
    };

    public override Hand? Deleting => (instance, _) => SetAsync(instance, "deleted");

    public override Hand? Protecting => (instance, _) => ProtectAsync(instance, true);

    public override Hand? Unprotecting => (instance, _) => ProtectAsync(instance, false);

    /// <summary>With a good key that the account does not have.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("key_file", Keys.Make("ed25519")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Machines.Alive
                .Where(machine => (string?)machine.Tags[MusterTags.Installation] == installation.ToString())
                .Select(machine => machine.Name),
        ]);

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
