using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>The compose set-up, as far as it can be tried without images.</summary>
public sealed class ComposeTests : IDisposable
{
    private readonly string _folder = DevServer.NewData();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Compose => Path.Combine(_folder, "compose");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_prepare_compose_takes_the_file_and_every_file_that_it_mounts_is_there()
    {
        await CopyAsync();
        var refused = await DeployFolder.RunAsync(
            "docker-compose", "--project-directory", Compose, "--file", Path.Combine(Compose, "compose.yaml"), "config");
        Assert.Contains("run ./prepare first", refused.Error, StringComparison.Ordinal);

        (await ProgramRun.OfAsync(Path.Combine(Compose, "prepare"), ["muster.example.com"])).Good();
        var run = (await DeployFolder.RunAsync(
            "docker-compose", "--project-directory", Compose, "--file", Path.Combine(Compose, "compose.yaml"), "config")).Good();
        var mounted = run.Output.Split('\n')
            .Select(line => line.Trim().TrimStart('-').Trim())
            .Select(line => line.StartsWith("file: ", StringComparison.Ordinal) ? line["file: ".Length..] : line.Split(':')[0])
            .Where(path => path.StartsWith(_folder, StringComparison.Ordinal))
            .ToList();
        Assert.True(mounted.Count >= 10, run.Output);
        Assert.All(mounted, path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public async Task Prepare_keeps_what_is_there_and_keeps_others_out()
    {
        await CopyAsync();
        (await ProgramRun.OfAsync(Path.Combine(Compose, "prepare"), [])).Good();
        var password = await File.ReadAllTextAsync(Path.Combine(Compose, "secrets", "database_password"), Cancellation);
        var environment = Path.Combine(Compose, ".env");
        await File.AppendAllTextAsync(environment, "MUSTER_VERSION=0.2.0\nMUSTER_PORT=9443\n", Cancellation);
        var before = await File.ReadAllTextAsync(environment, Cancellation);
        (await ProgramRun.OfAsync(Path.Combine(Compose, "prepare"), [])).Good();

        Assert.Equal(before, await File.ReadAllTextAsync(environment, Cancellation));
        Assert.Equal(password, await File.ReadAllTextAsync(Path.Combine(Compose, "secrets", "database_password"), Cancellation));
        Assert.Equal(48, password.Length);
        Assert.Equal("700", (await ProgramRun.OfAsync("stat", ["-c", "%a", Path.Combine(Compose, "secrets")])).Good().Output.Trim());
    }

    [Fact]
    public async Task Nothing_is_wrong_with_the_servers_configuration_but_that_its_database_has_a_name_only_inside()
    {
        var config = Path.Combine(_folder, "muster.toml");
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, "secret", Cancellation);
        var text = await File.ReadAllTextAsync(DeployFolder.At("compose", "muster.toml"), Cancellation);
        await File.WriteAllTextAsync(
            config, text.Replace("/run/secrets/database_password", password, StringComparison.Ordinal), Cancellation);

        var run = await ProgramRun.OfAsync(MusterExe.Path, ["server", "--config", config, "--check"]);

        var complaint = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("muster: PostgreSQL at postgres:5432, database muster, does not answer", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_takes_its_configuration()
    {
        await CopyAsync();
        File.Copy(DeployFolder.At("monitoring", "muster.rules.yml"), Path.Combine(Compose, "muster.rules.yml"));
        var config = Path.Combine(Compose, "prometheus.yml");
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, "mst_x", Cancellation);
        var text = await File.ReadAllTextAsync(config, Cancellation);
        await File.WriteAllTextAsync(config, text.Replace("/run/secrets/prometheus_token", token, StringComparison.Ordinal), Cancellation);

        (await DeployFolder.RunAsync("promtool", "check", "config", config)).Good();
    }

    // The compose file reaches into its neighbour.
    private async Task CopyAsync() => (await ProgramRun.OfAsync("/bin/sh",
        [
            "-c",
            "cp -R \"$1/compose\" \"$1/monitoring\" \"$2\" && rm -rf \"$2/compose/secrets\" \"$2/compose/.env\"",
            "copy",
            DeployFolder.At(),
            _folder,
        ])).Good();
}
