using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Clouds.OpenStack;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.OpenStack.Real;

/// <summary>
/// The cloud on the OpenStack that <c>eng/openstack.sh</c> starts, which says in <c>MUSTER_OPENSTACK</c> where its <c>clouds.yaml</c> is.
/// Every rule finds an empty project, and leaves one.
/// </summary>
internal sealed class RealOpenStackHarness : CloudHarness
{
    private static readonly string? CloudsFile = Environment.GetEnvironmentVariable("MUSTER_OPENSTACK");
    private static readonly SystemRandomSource Ids = new();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-openstack-");
    private readonly OpenStackApi _hands;

    public RealOpenStackHarness()
    {
        var (options, credential, read) = OpenStackKind.Read(Setup(CloudsFile!), _ => null);
        _hands = new(options, credential, read, TimeProvider.System);
        Cloud = Open(CloudsFile!);
    }

    public static bool IsThere => CloudsFile is not null;

    public override ICloud Cloud { get; }

    public override IRandomSource Random => Ids;

    /// <summary>A server takes seconds on two processors that all of OpenStack shares.</summary>
    public override TimeSpan Patience => TimeSpan.FromSeconds(120);

    public override int Crowd => 20;

    public override int CrowdInFlight => 10;

    public override Hand? Killing => (instance, cancellation) => ReachAsync(instance, "os-stop", "SHUTOFF", cancellation);

    public override Hand? Stopping => Killing;

    public override Hand? Freezing => (instance, cancellation) => ReachAsync(instance, "pause", "PAUSED", cancellation);

    public override Hand? Deleting => async (instance, cancellation) =>
    {
        await _hands.SendAsync(
            OpenStackService.Compute, HttpMethod.Delete, "delete", $"servers/{instance.Id}", body: null, cancellation);
        await UntilAsync(instance, status => status is null, cancellation);
    };

    public override Hand? Protecting => (instance, cancellation) => ActAsync(instance, "lock", cancellation);

    public override Hand? Unprotecting => (instance, cancellation) => ActAsync(instance, "unlock", cancellation);

    public override Func<ICloud>? OpenWithWrongCredential => () =>
    {
        var wrong = Path.Combine(_directory.FullName, "wrong.yaml");
        File.WriteAllText(wrong, File.ReadAllText(CloudsFile!).Replace("password: \"", "password: \"not-", StringComparison.Ordinal));
        File.SetUnixFileMode(wrong, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Open(wrong);
    };

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers =>
        async (_, cancellation) => [.. await NamesAsync("servers", cancellation), .. await PortsAsync(cancellation)];

    public override Template GoodTemplate() => Local.Requests.Template("tiny") with
    {
        Cloud = "rack", Size = "m1.tiny", Networks = ["private"],
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "no-such-image" };

    // Of a look at a cloud that answers in its own time.
    public override Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);

    /// <summary>The names of a pool's members.</summary>
    public async Task<string[]> MembersAsync(string pool, CancellationToken cancellationToken)
    {
        var path = await PathAsync(pool, cancellationToken);
        var found = await _hands.GetAsync(OpenStackService.LoadBalancer, "list members", path, cancellationToken);
        return [.. found.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString()!)];
    }

    /// <summary>Adds a member by hand, and says its id.</summary>
    public async Task<string> AddMemberAsync(string pool, string name, string address, int port, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"member":{"address":"{{address}}","protocol_port":{{port}},"name":"{{name}}"} }""");
        var path = await PathAsync(pool, cancellationToken);
        var answer = await _hands.SendAsync(
            OpenStackService.LoadBalancer, HttpMethod.Post, "add a member", path, body, cancellationToken);
        Assert.True(answer.IsGood, answer.Status.ToString());
        return answer.Read(OpenStackJson.Default.JsonElement).GetProperty("member").GetProperty("id").GetString()!;
    }

    /// <summary>Removes it again.</summary>
    public async Task RemoveMemberAsync(string pool, string id)
    {
        using var bound = new CancellationTokenSource(Patience);
        var cancellationToken = bound.Token;
        var path = $"{await PathAsync(pool, cancellationToken)}/{id}";
        while (!(await _hands.SendAsync(
            OpenStackService.LoadBalancer, HttpMethod.Delete, "remove a member", path, body: null, cancellationToken)).IsGood)
        {
            // Another change is under way.
            await WaitAsync(cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        var listing = await _hands.GetAsync(OpenStackService.Compute, "list servers", "servers", CancellationToken.None);
        foreach (var server in listing.GetProperty("servers").EnumerateArray())
        {
            var id = server.GetProperty("id").GetString();
            await _hands.SendAsync(
                OpenStackService.Compute, HttpMethod.Post, $"unlock {id}", $"servers/{id}/action", """{"unlock":null}"""u8.ToArray(),
                CancellationToken.None);
            await _hands.SendAsync(
                OpenStackService.Compute, HttpMethod.Delete, $"delete {id}", $"servers/{id}", body: null, CancellationToken.None);
        }

        using var bound = new CancellationTokenSource(Patience);
        while ((await NamesAsync("servers", bound.Token)).Length > 0)
        {
            await WaitAsync(bound.Token);
        }

        _hands.Dispose();
        _directory.Delete(recursive: true);
    }

    private ICloud Open(string file) => Opened.Now("openstack", Setup(file));

    private CloudSetup Setup(string file) => new()
    {
        Name = "rack",
        DataDirectory = _directory.FullName,
        Options = new Dictionary<string, string> { ["clouds_file"] = file, ["os_cloud"] = "rack", ["listing_lag"] = "1s" }
            .ToImmutableSortedDictionary(StringComparer.Ordinal),
        Time = TimeProvider.System,
        Random = Ids,
    };

    private async Task<ImmutableArray<string>> NamesAsync(string what, CancellationToken cancellationToken)
    {
        var listing = await _hands.GetAsync(OpenStackService.Compute, $"list {what}", what, cancellationToken);
        return [.. listing.GetProperty(what).EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
    }

    private async Task<ImmutableArray<string>> PortsAsync(CancellationToken cancellationToken)
    {
        var listing = await _hands.GetAsync(OpenStackService.Network, "list ports", "ports", cancellationToken);
        return
        [
            .. listing.GetProperty("ports").EnumerateArray()
                .Where(port => port.Text("device_owner")?.StartsWith("compute:", StringComparison.Ordinal) is true)
                .Select(port => $"port {port.Text("id")}"),
        ];
    }

    private async Task<string> PathAsync(string pool, CancellationToken cancellationToken)
    {
        var pools = await _hands.GetAsync(
            OpenStackService.LoadBalancer, "list pools", $"lbaas/pools?name={pool}", cancellationToken);
        return $"lbaas/pools/{pools.GetProperty("pools")[0].GetProperty("id").GetString()}/members";
    }

    private async Task ReachAsync(Instance instance, string action, string wanted, CancellationToken cancellationToken)
    {
        await ActAsync(instance, action, cancellationToken);
        await UntilAsync(instance, status => status == wanted, cancellationToken);
    }

    private async Task UntilAsync(Instance instance, Func<string?, bool> isReached, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _hands.FindAsync(OpenStackService.Compute, "look", $"servers/{instance.Id}", cancellationToken);
            if (isReached(found?.GetProperty("server").GetProperty("status").GetString()))
            {
                return;
            }

            await WaitAsync(cancellationToken);
        }
    }

    private async Task ActAsync(Instance instance, string action, CancellationToken cancellationToken)
    {
        var answer = await _hands.SendAsync(
            OpenStackService.Compute, HttpMethod.Post, action, $"servers/{instance.Id}/action",
            Encoding.UTF8.GetBytes($$"""{"{{action}}":null}"""), cancellationToken);
        Assert.True(answer.IsGood, answer.Status.ToString());
    }
}
