using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Gce;
using Muster.Simulators.Gce.Identity;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Gce;

/// <summary>A simulated Compute Engine, and a gce cloud that speaks as a service account of it.</summary>
internal sealed class GceHarness : CloudHarness
{
    public const string Region = "us-central1";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-gce-");
    private readonly TimeProvider _time;
    private ICloud? _cloud;

    private GceHarness(GceSimulator simulator, GceSimulatorOptions options, TimeProvider time)
    {
        (Simulator, Options, _time) = (simulator, options, time);
        Account = simulator.AddServiceAccount("muster");
        KeyFile = WriteKey("key.json", Account);
    }

    public GceSimulator Simulator { get; }

    public GceSimulatorOptions Options { get; }

    public SimulatedServiceAccount Account { get; }

    public string KeyFile { get; }

    public string Root => _directory.FullName;

    public List<string> Said { get; } = [];

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known; of the real one nobody knows it.</summary>
    public override TimeSpan ListingLagMax => Options.Lag * 2;

    public static async Task<GceHarness> StartAsync(
        Action<GceSimulatorOptions>? configure = null, TimeProvider? time = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new GceSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        time ??= TimeProvider.System;
        var harness = new GceHarness(await GceSimulator.StartAsync(options, time), options, time);
        harness._cloud = harness.Open(cloudOptions);
        return harness;
    }

    /// <summary>Another connection to the same; options given here win.</summary>
    public ICloud Open(params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string>
        {
            ["region"] = Region,
            ["credentials_file"] = KeyFile,
            ["endpoint"] = Simulator.Endpoint.ToString(),
            ["resource_manager_endpoint"] = Simulator.Url.ToString(),
        };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return Opened.Now("gce", new()
        {
            Name = "east",
            DataDirectory = _directory.FullName,
            Options = all.Where(option => option.Value.Length > 0).ToImmutableSortedDictionary(
                option => option.Key, option => option.Value, StringComparer.Ordinal),
            Say = sentence =>
            {
                lock (Said)
                {
                    Said.Add(sentence);
                }
            },
            Time = _time,
            Random = Random,
        });
    }

    /// <summary>Writes a file beside the cloud's own, for its owner alone.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public string WriteKey(string name, SimulatedServiceAccount account) =>
        Write(name, account.KeyFile(Options.Project, Simulator.TokenUrl));

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with
    {
        Cloud = "east",
        Size = Catalogue.MachineType,
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("image_project", Catalogue.ImageProject),
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "family/debian-0" };

    public LaunchRequest Request() => Request(GoodTemplate());

    public static LaunchRequest Request(Template template)
    {
        var request = Local.Requests.Make(template);
        return request with { Name = $"web-{request.Launch.Value.ToString("N")[..12]}" };
    }

    public async Task<Instance[]> ListAsync(InstanceFilter? filter = null)
    {
        var listed = new List<Instance>();
        await foreach (var page in Cloud.ListAsync(filter ?? new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    /// <summary>An instance's id at the simulator.</summary>
    public static string IdOf(InstanceId id) => id.Value.Replace('.', '/');

    public override string WithoutNotice => "the cloud has no notice of preemptions but inside of the instance";

    public override Hand? Killing => (instance, _) => SetAsync(instance, "TERMINATED");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "STOPPING");
        await SetAsync(instance, "TERMINATED");
    };

    public override Hand? Freezing => async (instance, _) =>
    {
        await SetAsync(instance, "SUSPENDING");
        await SetAsync(instance, "SUSPENDED");
    };

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Machines.Delete(IdOf(instance.Id));
        return Task.CompletedTask;
    };

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

    /// <summary>With a good key that Google does not have any more.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () =>
    {
        var account = Simulator.AddServiceAccount("other");
        account.IsKeyDeleted = true;
        return Open(("credentials_file", WriteKey("other.json", account)));
    };

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Machines.All
                .Where(machine => (string?)machine.Labels["muster_installation"] == installation.ToString())
                .Select(machine => machine.Name),
            .. Simulator.Machines.DiskNames.Where(disk => !disk.IsUsed).Select(disk => $"disk {disk.Name}"),
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
        Simulator.Machines.SetProtection(IdOf(instance.Id), isProtected);
        return Task.CompletedTask;
    }

    private Task SetAsync(Instance instance, string state)
    {
        Simulator.Machines.SetState(IdOf(instance.Id), state);
        return Task.CompletedTask;
    }
}
