using System.Diagnostics;

using Muster.EndToEnd.Support;

namespace Muster.Bench;

/// <summary>A configuration in a directory of its own, with the executable as its provider.</summary>
internal sealed class TerraformFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-bench-").FullName;
    private readonly string _work;
    private readonly string _terraform = TerraformProgram.Find() ?? throw new InvalidOperationException("terraform is not on the PATH");
    private readonly Uri _address;

    public TerraformFolder(Uri address)
    {
        _address = address;
        _work = Directory.CreateDirectory(Path.Combine(_root, "work")).FullName;
        File.CreateSymbolicLink(Path.Combine(_root, "terraform-provider-muster"), MusterProcess.Executable);
        File.WriteAllText(Settings, $$"""provider_installation { dev_overrides { "terraform.local/muster/muster" = "{{_root}}" } }""");
    }

    private string Settings => Path.Combine(_root, "cli.tfrc");

    private string LogPath => Path.Combine(_root, "terraform.log");

    /// <summary>A configuration of the provider and nothing else.</summary>
    public void WriteNothing() => File.WriteAllText(
        Path.Combine(_work, "main.tf"),
        """
        terraform {
          required_providers {
            muster = { source = "terraform.local/muster/muster" }
          }
        }

        provider "muster" {}
        """);

    /// <summary>A template and a group, or so many groups, of it.</summary>
    public void Write(string name, int? count, string group) => File.WriteAllText(
        Path.Combine(_work, "main.tf"),
        $$"""
        terraform {
          required_providers {
            muster = { source = "terraform.local/muster/muster" }
          }
        }

        resource "muster_template" "bench" {
          base_name = "bench"
          cloud     = "local"
          image     = "muster hello"
        }

        resource "muster_group" "bench" {
          {{(count is null ? "" : $"count = {count}")}}
          name        = "{{name}}{{(count is null ? "" : "-${count.index}")}}"
          template_id = muster_template.bench.id
          {{group}}
        }
        """);

    /// <summary>Runs Terraform to its end, which must be a good one; milliseconds.</summary>
    public async Task<double> TimeAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_terraform, [$"-chdir={_work}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TF_CLI_CONFIG_FILE"] = Settings;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        start.Environment["MUSTER_ADDR"] = _address.ToString();
        start.Environment["TF_LOG_PROVIDER"] = "debug";
        start.Environment["TF_LOG_PATH"] = LogPath;
        var startedAt = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        return process.ExitCode == 0
            ? elapsed
            : throw new InvalidOperationException(
                $"terraform {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}\n{error}");
    }

    /// <summary>The log's lines since the last time.</summary>
    public IReadOnlyList<string> TakeLog()
    {
        var lines = File.ReadAllLines(LogPath);
        File.WriteAllText(LogPath, "");
        return lines;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
