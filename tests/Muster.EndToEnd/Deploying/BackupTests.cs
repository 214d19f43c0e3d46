using Muster.EndToEnd.Support;
using Muster.Postgres.Testing;

namespace Muster.EndToEnd.Deploying;

/// <summary>What docs/operating.md says of backups: the commands that it names, on real stores, with what happened since.</summary>
public sealed class BackupTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_SQLite_backup_made_under_way_is_sound_and_after_a_restore_what_was_launched_since_is_adopted()
    {
        await using var server = await DevServer.StartAsync();
        await MakeGroupAsync(server.MusterAsync);
        var file = Path.Combine(server.Data, "muster.db");
        var backup = Path.Combine(server.Data, "backup.db");
        (await DeployFolder.RunAsync("sqlite3", file, $".backup {backup}")).Good();

        // An instance that the backup knows ends, and another that it does not know takes its place.
        var before = await server.RunningPidsAsync("web");
        Processes.Kill(before[0]);
        await Patiently.UntilAsync(async () => await RepairedAsync(server, before[0]), "the instance is replaced");
        var after = await server.RunningPidsAsync("web");

        Assert.Equal(0, await server.TerminateAsync());
        File.Delete($"{file}-wal");
        File.Delete($"{file}-shm");
        File.Copy(backup, file, overwrite: true);
        Assert.Contains(
            "sound",
            (await ProgramRun.OfAsync(MusterExe.Path, ["store", "check", "--data", server.Data])).Good().Output,
            StringComparison.Ordinal);

        await server.StartAgainAsync();
        (await server.MusterAsync("group", "check", "web")).Good();
        Assert.Equal(after.Order(), (await server.RunningPidsAsync("web")).Order());
        Assert.Equal(after.Order(), server.RealPids().Order());
    }

    [Fact]
    public async Task A_dump_of_PostgreSQL_goes_into_a_new_database_and_the_instances_stay_as_they_are()
    {
        await using var database = await PostgresServer.StartAsync(new(), Cancellation);
        var name = await database.CreateDatabaseAsync(template: null, Cancellation);
        var folder = DevServer.NewData();
        var password = new Dictionary<string, string> { ["MUSTER_STORE_PASSWORD"] = database.Password };
        var port = Ports.Next();
        try
        {
            var config = await ConfigureAsync(folder, "first.toml", port, database.TcpUrl(name));
            await using (var server = new ServerProcess(port, ["server", "--config", config], password))
            {
                await server.StartAsync();
                await MakeGroupAsync(server.MusterAsync);
                (await PostgresAsync(database, "pg_dump", "--format=custom", $"--file={folder}/muster.dump", name)).Good();
                Assert.Equal(0, await server.TerminateAsync());
            }

            var running = Processes.WithEnvironment("MUSTER_GROUP_NAME=web\0", folder);
            Assert.Equal(2, running.Count);
            var other = await database.CreateDatabaseAsync(template: null, Cancellation);
            (await PostgresAsync(database, "pg_restore", $"--dbname={other}", $"{folder}/muster.dump")).Good();
            config = await ConfigureAsync(folder, "second.toml", port, database.TcpUrl(other));
            Assert.Contains(
                "sound",
                (await ProgramRun.OfAsync(MusterExe.Path, ["store", "check", "--config", config], password)).Good().Output,
                StringComparison.Ordinal);

            await using var restored = new ServerProcess(port, ["server", "--config", config], password);
            await restored.StartAsync();
            (await restored.MusterAsync("group", "check", "web")).Good();
            Assert.Equal(running.Order(), Processes.WithEnvironment("MUSTER_GROUP_NAME=web\0", folder).Order());
        }
        finally
        {
            Processes.KillAllOf(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MakeGroupAsync(Func<string[], Task<ProgramRun>> muster)
    {
        (await muster(["template", "create", "hello", "--cloud", "local", "--image", "muster hello"])).Good();
        (await muster(["group", "create", "web", "--template", "hello", "--capacity", "2"])).Good();
        (await muster(["group", "wait", "web"])).Good();
    }

    private static async Task<bool> RepairedAsync(DevServer server, int dead)
    {
        var pids = await server.RunningPidsAsync("web");
        return pids.Length == 2 && !pids.Contains(dead);
    }

    private static async Task<string> ConfigureAsync(string folder, string file, int port, string url)
    {
        var config = Path.Combine(folder, file);
        await File.WriteAllTextAsync(
            config,
            $"data = \"{folder}\"\n[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"{url}\"\n[auth]\nmode = \"none\"\n[[cloud]]\n"
            + "name = \"local\"\nkind = \"local\"\n",
            Cancellation);
        return config;
    }

    private static Task<ProgramRun> PostgresAsync(PostgresServer database, string program, params string[] arguments) => ProgramRun.OfAsync(
        program,
        ["--host=127.0.0.1", $"--port={database.Port}", $"--username={PostgresServer.SuperUser}", .. arguments],
        new Dictionary<string, string> { ["PGPASSWORD"] = database.Password });
}
