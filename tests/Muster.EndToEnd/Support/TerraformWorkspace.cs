using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Muster.EndToEnd.Support;

/// <summary>
/// A directory with a configuration, the real Terraform, and the executable under test as its provider. Never goes to the network.
/// </summary>
internal sealed class TerraformWorkspace : IDisposable
{
    /// <summary>What every configuration here begins with.</summary>
    private const string Head =
        """
        terraform {
          required_providers {
            muster = { source = "terraform.local/muster/muster" }
          }
        }

        """;

    // Without a block of its own, Terraform blames its absence for whatever goes wrong while a provider is configured.
    private const string Provider = "provider \"muster\" {}\n";

    private readonly string _root = Directory.CreateTempSubdirectory("muster-tf-").FullName;
    private readonly Dictionary<string, string> _environment;

    public TerraformWorkspace(string address)
    {
        Terraform = TerraformExe.Path;
        Folder = Directory.CreateDirectory(Path.Combine(_root, "work")).FullName;
        var bin = Directory.CreateDirectory(Path.Combine(_root, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "terraform-provider-muster"), MusterExe.Path);
        var settings = Path.Combine(_root, "cli.tfrc");
        File.WriteAllText(settings, $$"""provider_installation { dev_overrides { "terraform.local/muster/muster" = "{{bin}}" } }""");
        _environment = new()
        {
            ["TF_CLI_CONFIG_FILE"] = settings,
            ["TF_IN_AUTOMATION"] = "1",
            ["TF_INPUT"] = "0",
            ["CHECKPOINT_DISABLE"] = "1",
            ["MUSTER_ADDR"] = address,
            ["MUSTER_TOKEN"] = "",
        };
    }

    public string Terraform { get; }

    public string Folder { get; }

    private string StateFile => Path.Combine(Folder, "terraform.tfstate");

    /// <summary>Writes the configuration; one that is whole says itself which providers it needs.</summary>
    public TerraformWorkspace With(string configuration, bool isWhole = false)
    {
        File.WriteAllText(
            Path.Combine(Folder, "main.tf"),
            isWhole
                ? configuration
                : Head + (configuration.Contains("provider \"muster\"", StringComparison.Ordinal) ? "" : Provider) + configuration);
        return this;
    }

    /// <summary>A template <c>web</c> with a unique name and a group <c>web</c> of it.</summary>
    public TerraformWorkspace WithGroup(string group = "capacity = 3", string template = "") => With(
        $$"""
        resource "muster_template" "web" {
          base_name = "web"
          cloud     = "local"
          image     = "muster hello"
          {{template}}
          lifecycle { create_before_destroy = true }
        }

        resource "muster_group" "web" {
          name        = "web"
          template_id = muster_template.web.id
          {{group}}
        }
        """);

    /// <summary>Sets a variable of the environment for what is run from now on.</summary>
    public void Set(string name, string value) => _environment[name] = value;

    public Task<ProgramRun> RunAsync(params string[] arguments) =>
        ProgramRun.OfAsync(Terraform, [$"-chdir={Folder}", arguments[0], "-no-color", .. arguments[1..]], _environment);

    public async Task<ProgramRun> ApplyAsync(params string[] arguments) =>
        (await RunAsync(["apply", "-auto-approve", .. arguments])).Good();

    public async Task DestroyAsync() => (await RunAsync("destroy", "-auto-approve")).Good();

    /// <summary>The plan must be that nothing changes, which Terraform says with exit code 0.</summary>
    public async Task AssertNoChangesAsync()
    {
        var run = await RunAsync("plan", "-detailed-exitcode");
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}\n{run.Output}\n{run.Error}");
    }

    /// <summary>The plan must be a change; returns it.</summary>
    public async Task<string> ChangesAsync()
    {
        var run = await RunAsync("plan", "-detailed-exitcode");
        Assert.True(run.ExitCode == 2, $"exit code {run.ExitCode}\n{run.Output}\n{run.Error}");
        return run.Output;
    }

    /// <summary>An attribute of a resource in the state.</summary>
    public JsonNode? State(string type, string attribute) => Resource(Read(), type)["instances"]![0]!["attributes"]![attribute];

    /// <summary>How many resources the state has.</summary>
    public int StateCount() => Read()["resources"]!.AsArray().Count;

    /// <summary>Changes a resource's entry in the state file.</summary>
    public void EditState(string type, Action<JsonNode> edit)
    {
        var state = Read();
        edit(Resource(state, type)["instances"]![0]!);
        File.WriteAllText(StateFile, state.ToJsonString());
    }

    /// <summary>Starts Terraform as a shell would: in a process group of its own, which a Ctrl-C reaches as a whole.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", [Terraform, $"-chdir={Folder}", arguments[0], "-no-color", .. arguments[1..]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private JsonNode Read() => JsonNode.Parse(File.ReadAllText(StateFile))!;

    private static JsonNode Resource(JsonNode state, string type) =>
        state["resources"]!.AsArray().Single(resource => (string?)resource!["type"] == type && (string?)resource["mode"] == "managed")!;
}
