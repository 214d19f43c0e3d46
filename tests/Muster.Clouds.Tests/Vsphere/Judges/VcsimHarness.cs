using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Clouds.Vsphere;
using Muster.Clouds.Vsphere.Api;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Vsphere.Judges;

/// <summary>A vsphere cloud on a vcsim that runs.</summary>
internal sealed class VcsimHarness : CloudHarness
{
    public const string User = "muster@vsphere.local", Password = "correct horse battery";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-vcsim-");
    private readonly string _url, _thumbprint;
    private readonly VsphereApi _hands;

    public VcsimHarness(string url, string thumbprint)
    {
        (_url, _thumbprint) = (url, thumbprint);
        Cloud = Open(Password);
        _hands = new(VsphereKind.Read(Setup(Password)), TimeProvider.System);
    }

    public override ICloud Cloud { get; }

    public override IRandomSource Random { get; } = new SystemRandomSource();

    // It answers for one object at a time.
    public override int Crowd => 20;

    public override int CrowdInFlight => 4;

    public override TimeSpan ListingLagMax => TimeSpan.FromSeconds(1);

    public override Template GoodTemplate() => Local.Requests.Template("DC0_C0_RP0_VM0") with { Cloud = "vcsim" };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "DC0_C9_RP0_VM0" };

    public override Hand? Killing => (instance, cancellation) => DoAsync(instance, "PowerOffVM_Task", cancellation);

    public override Hand? Stopping => Killing;

    public override Hand? Freezing => (instance, cancellation) => DoAsync(instance, "SuspendVM_Task", cancellation);

    public override Hand? Deleting => async (instance, cancellation) =>
    {
        await DoAsync(instance, "PowerOffVM_Task", cancellation);
        await DoAsync(instance, "Destroy_Task", cancellation);
    };

    public override Func<ICloud>? OpenWithWrongCredential => () => Open("wrong");

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await _hands.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private ICloud Open(string password) => Opened.Now("vsphere", Setup(password));

    private CloudSetup Setup(string password)
    {
        var file = Path.Combine(_directory.FullName, $"password-{password.Length}");
        File.WriteAllText(file, password);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new()
        {
            Name = "vcsim",
            DataDirectory = _directory.FullName,
            Options = new Dictionary<string, string>
            {
                ["url"] = _url, ["user"] = User, ["password_file"] = file, ["datacenter"] = "DC0", ["folder"] = "muster",
                ["thumbprint"] = _thumbprint,
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Time = TimeProvider.System,
            Random = Random,
        };
    }

    private async Task DoAsync(Instance instance, string method, CancellationToken cancellationToken)
    {
        var task = await _hands.StartAsync(method, new("VirtualMachine", instance.Attributes["moref"]), null, cancellationToken);
        var end = await new TaskWaiter(_hands).WaitAsync(task, patience: null, cancellationToken);
        Assert.Null(end!.Fault);
    }
}
