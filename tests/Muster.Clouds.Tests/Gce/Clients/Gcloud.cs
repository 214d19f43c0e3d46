using System.Text.Json;

using Muster.Clouds.Tests.Daemons;

namespace Muster.Clouds.Tests.Gce.Clients;

/// <summary>The Google Cloud CLI as a client of the simulator. Skips a test where it is not on the path.</summary>
internal sealed class Gcloud
{
    private const string Missing = "gcloud is not on the PATH";

    private readonly Dictionary<string, string> _environment;

    private Gcloud(Dictionary<string, string> environment) => _environment = environment;

    public static Gcloud With(GceHarness harness)
    {
        Assert.SkipUnless(Tool.Exists("gcloud"), Missing);
        return new(new()
        {
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"] = harness.Simulator.Endpoint.ToString(),
            ["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"] = harness.Write("token", harness.Simulator.MakeToken()),
            ["CLOUDSDK_CORE_PROJECT"] = harness.Options.Project,
            ["CLOUDSDK_CONFIG"] = Path.Combine(harness.Root, "gcloud"),
            ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1",
            ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "1",
            ["CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK"] = "1",
        });
    }

    public Task<string> RunAsync(params string[] arguments) => Tool.RunAsync("gcloud", ["compute", .. arguments], _environment);

    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var json = JsonDocument.Parse(await RunAsync([.. arguments, "--format=json"]));
        return json.RootElement.Clone();
    }

    /// <summary>What the CLI's own description of Compute Engine does not know in a message; throws where a type is wrong.</summary>
    /// <param name="message">The message's name there.</param>
    /// <param name="json">The message.</param>
    public static async Task<string> JudgeAsync(string message, string json)
    {
        Assert.SkipUnless(Tool.Exists("gcloud"), Missing);
        Assert.SkipUnless(Tool.Exists("python3"), Missing);
        var library = LibraryOf();
        Assert.SkipWhen(library is null, "gcloud has no library beside it");
        return await Tool.RunAsync(
            "python3", [RepositoryRoot.File("tests/Muster.Clouds.Tests/Gce/Clients/judge.py")],
            new Dictionary<string, string> { ["PYTHONPATH"] = $"{library}:{library}/third_party", ["PYTHONDONTWRITEBYTECODE"] = "1" },
            $"{message}\n{json}");
    }

    private static string? LibraryOf()
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Select(directory => Path.Combine(directory, "gcloud")).First(File.Exists);
        var real = new FileInfo(program).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program;
        var library = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(real)!, "..", "lib"));
        return Directory.Exists(Path.Combine(library, "googlecloudsdk", "generated_clients")) ? library : null;
    }
}
