using System.Diagnostics;
using System.Text.RegularExpressions;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Terraform;

/// <summary>What users copy: the examples, and the way from the executable to <c>terraform init</c>.</summary>
public sealed partial class PackageTests
{
    public static TheoryData<string> Examples =>
    [
        .. Directory.EnumerateFiles(Path.Combine(MusterExe.Root, "examples", "terraform"), "*.tf", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(MusterExe.Root, file)),
    ];

    [Theory, MemberData(nameof(Examples))]
    public async Task An_example_is_valid_and_well_formed(string file)
    {
        using var terraform = new TerraformWorkspace("http://127.0.0.1:1");
        var text = await File.ReadAllTextAsync(Path.Combine(MusterExe.Root, file), TestContext.Current.CancellationToken);
        var isWhole = text.Contains("required_providers", StringComparison.Ordinal);
        // A fragment speaks of templates and groups that its page shows elsewhere.
        string[] groups = isWhole || text.Contains("resource \"muster_group\"", StringComparison.Ordinal) ? [] : Named(GroupNames(), text);
        string[] lacking = isWhole ? [] : [.. Named(TemplateNames(), text), .. groups];
        terraform.With(string.Join('\n', [text, .. lacking.Distinct().Select(Template), .. groups.Select(Group)]), isWhole);

        (await terraform.RunAsync("validate")).Good();
        (await terraform.RunAsync("fmt", "-check", Path.Combine(MusterExe.Root, file))).Good();
    }

    [Fact]
    public async Task The_mirror_is_found_by_init_and_shows_the_talks_demo()
    {
        await using var server = await DevServer.StartAsync();
        var folder = DevServer.NewData();
        try
        {
            var mirror = Path.Combine(folder, "mirror");
            (await ProgramRun.OfAsync(Path.Combine(MusterExe.Root, "eng", "terraform-mirror"), [mirror])).Good();
            var place = Path.Combine(mirror, "terraform.local", "muster", "muster");
            (await ProgramRun.OfAsync("/bin/sh", ["-c", $"cd '{place}' && sha256sum -c *SHA256SUMS"])).Good();
            var settings = Path.Combine(folder, "cli.tfrc");
            await File.WriteAllTextAsync(
                settings,
                $$"""provider_installation { filesystem_mirror { path = "{{mirror}}" } }""",
                TestContext.Current.CancellationToken);
            var work = Directory.CreateDirectory(Path.Combine(folder, "demo")).FullName;
            File.Copy(Path.Combine(MusterExe.Root, "examples", "terraform", "talk-demo", "main.tf"), Path.Combine(work, "main.tf"));

            async Task<ProgramRun> RunAsync(params string[] arguments) => (await ProgramRun.OfAsync(
                TerraformExe.Path, [$"-chdir={work}", .. arguments],
                new Dictionary<string, string>
                {
                    ["TF_CLI_CONFIG_FILE"] = settings,
                    ["CHECKPOINT_DISABLE"] = "1",
                    ["MUSTER_ADDR"] = server.Address,
                })).Good();

            await RunAsync("init", "-input=false");
            Assert.True(File.Exists(Path.Combine(work, ".terraform.lock.hcl")));
            foreach (var capacity in (string[])["3", "10", "15"])
            {
                var startedAt = Stopwatch.GetTimestamp();
                await RunAsync("apply", "-auto-approve", $"-var=capacity={capacity}");
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"apply of {capacity}: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:0} ms");
                await server.UntilHealthyAsync("demo", int.Parse(capacity, System.Globalization.CultureInfo.InvariantCulture));
                await RunAsync("plan", "-detailed-exitcode", $"-var=capacity={capacity}");
            }

            await RunAsync("destroy", "-auto-approve");
            Assert.Empty(server.RealPids());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Whoever_starts_it_by_the_cookie_but_speaks_another_protocol_is_told_so()
    {
        var run = await ProgramRun.OfAsync(MusterExe.Path, [], new Dictionary<string, string>
        {
            ["TF_PLUGIN_MAGIC_COOKIE"] = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            ["PLUGIN_PROTOCOL_VERSIONS"] = "5",
        });

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [GeneratedRegex(@"muster_group\.(\w+)")]
    private static partial Regex GroupNames();

    private static string[] Named(Regex names, string text) => [.. names.Matches(text).Select(match => match.Groups[1].Value).Distinct()];

    private static string Group(string name) =>
        $$"""
        resource "muster_group" "{{name}}" {
          name        = "{{name}}"
          template_id = muster_template.{{name}}.id
          capacity    = 1
        }
        """;

    [GeneratedRegex(@"\bmuster_template\.(\w+)\.id\b")]
    private static partial Regex TemplateNames();

    private static string Template(string name) =>
        $$"""
        resource "muster_template" "{{name}}" {
          name  = "{{name}}-1"
          cloud = "local"
          image = "muster hello"
        }
        """;
}
