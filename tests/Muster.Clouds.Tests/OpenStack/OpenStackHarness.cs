using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>A simulated OpenStack, and a cloud that has a credential for it.</summary>
internal sealed class OpenStackHarness : SimulatedHarness
{
    public const string User = "autoscaler", Password = "correct horse: battery #staple",
        ApplicationId = "21dced0fd20347869b93710d2b98aae0", ApplicationSecret = "application-secret-0123456789";

    private OpenStackHarness(OpenStackSimulator simulator, OpenStackSimulatorOptions options, TimeProvider timeProvider)
        : base("openstack", "rack", simulator, options, timeProvider) => (Simulator, Options) = (simulator, options);

    public OpenStackSimulator Simulator { get; }

    public OpenStackSimulatorOptions Options { get; }

    /// <summary>Where the credential is.</summary>
    public string CloudsFile { get; private set; } = "";

    public static Task<OpenStackHarness> StartAsync(
        Action<OpenStackSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions) =>
        StartAsync(TimeProvider.System, configure, cloudOptions);

    public static async Task<OpenStackHarness> StartAsync(
        TimeProvider timeProvider,
        Action<OpenStackSimulatorOptions>? configure = null,
        params (string Name, string Value)[] cloudOptions)
    {
        var options = new OpenStackSimulatorOptions();
        configure?.Invoke(options);
        var simulator = await OpenStackSimulator.StartAsync(options, timeProvider);
        simulator.AddUser(new(User, Password, ["member"]));
        simulator.AddApplicationCredential(new(ApplicationId, ApplicationSecret, ["member"]));
        var harness = new OpenStackHarness(simulator, options, timeProvider);
        harness.CloudsFile = harness.WriteClouds("clouds.yaml", Password);
        harness.Begin(cloudOptions);
        return harness;
    }

    /// <summary>Writes a file with a user's password.</summary>
    public string WriteClouds(string file, string password, string user = User) => Write(
        file,
        $"""
        clouds:
          rack:
            auth:
              auth_url: {Simulator.IdentityUrl}
              username: {user}
              password: "{password}"
              project_name: {Catalogue.Project}
              user_domain_name: Default
              project_domain_name: Default
            region_name: {Catalogue.Region}

        """);

    protected override IEnumerable<(string Name, string Value)> CloudOptions => [("clouds_file", CloudsFile)];

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with
    {
        Cloud = "rack", Size = Catalogue.Flavor, Networks = [Catalogue.Network],
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "debian-99" };

    public override Hand? Killing => (instance, _) => SetAsync(instance, "SHUTOFF");

    public override Hand? Stopping => Killing;

    public override Hand? Freezing => (instance, _) => SetAsync(instance, "PAUSED");

    public override Hand? Deleting => (instance, _) => SetAsync(instance, "DELETED");

    public override Hand? Protecting => (instance, _) => LockAsync(instance, isLocked: true);

    public override Hand? Unprotecting => (instance, _) => LockAsync(instance, isLocked: false);

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("clouds_file", WriteClouds("wrong.yaml", "wrong password")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Servers.Alive
                .Where(server => server.Metadata.GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                .Select(server => server.Name),
        ]);

    /// <summary>A token, for calls that no cloud makes.</summary>
    public async Task<string> TokenAsync()
    {
        using var client = new HttpClient();
        using var body = new StringContent(
            "{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],\"application_credential\":{\"id\":\""
            + $"{ApplicationId}\",\"secret\":\"{ApplicationSecret}\"}}}}}}}}");
        var cancellationToken = TestContext.Current.CancellationToken;
        using var answer = await client.PostAsync(new Uri($"{Simulator.IdentityUrl}/v3/auth/tokens"), body, cancellationToken);
        return answer.Headers.GetValues("X-Subject-Token").Single();
    }

    public static Guid IdOf(Instance instance) => Guid.Parse(instance.Id.Value);

    private Task SetAsync(Instance instance, string status)
    {
        Simulator.Servers.SetStatus(IdOf(instance), status);
        return Task.CompletedTask;
    }

    private Task LockAsync(Instance instance, bool isLocked)
    {
        Simulator.Servers.SetLocked(IdOf(instance), isLocked);
        return Task.CompletedTask;
    }
}
