using System.Globalization;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>
/// A job runner ends everything in its task's cgroup when the task has ended, as Nomad's raw_exec does: it reads the pids of the group and
/// sends each SIGKILL until none is left. The instances of a <c>muster scale</c> that was the task live on.
/// </summary>
public sealed class TaskEndTests : IDisposable
{
    private readonly string _data = DevServer.NewData();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Processes.KillAllOf(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("cgroup2", "", "nomad.slice/share.slice")]
    [InlineData("cgroup2", "", "batch")]
    [InlineData("cgroup", "freezer", "nomad")]
    public async Task Instances_outlive_the_cgroup_of_the_task_that_launched_them(string type, string controller, string above)
    {
        var mount = FindMount(type, controller);
        Assert.SkipUnless(mount is not null && Environment.UserName == "root", "the cloud has no cgroups of this kind to leave here");
        var top = Path.Combine(mount, $"muster-test-{Path.GetFileName(_data)}");
        var task = Path.Combine(top, above, "0c0ffee0-1111-4111-8111-111111111111.check.scope");
        Directory.CreateDirectory(task);
        try
        {
            var script = $"echo $$ > {task}/cgroup.procs && exec \"$@\"";
            (await ProgramRun.OfAsync(
                "/bin/sh",
                [
                    "-c", script, "task", MusterExe.Path, "scale", "--cloud", "local", "--group", "web", "--count", "3",
                    "--image", "sleep 1000", "--data", _data,
                ])).Good();
            var instances = Processes.WithEnvironment("MUSTER_LAUNCH=", _data);
            Assert.Equal(3, instances.Count);

            await EndAsync(task);

            Assert.Equal(instances, Processes.WithEnvironment("MUSTER_LAUNCH=", _data));
            // The next task of the job finds them, and ends them with the group that each has for itself.
            (await ProgramRun.OfAsync(
                MusterExe.Path,
                ["scale", "--cloud", "local", "--group", "web", "--count", "0", "--image", "sleep 1000", "--data", _data])).Good();
            Assert.Empty(Processes.WithEnvironment("MUSTER_LAUNCH=", _data));
        }
        finally
        {
            Processes.KillAllOf(_data);
            await RemoveAsync(top);
        }
    }

    private static string? FindMount(string type, string controller) => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' '))
        .Where(fields => Array.IndexOf(fields, "-") is var dash && fields[dash + 1] == type
            && (controller.Length == 0 || fields[dash + 3].Split(',').Contains(controller)))
        .Select(fields => fields[4])
        .FirstOrDefault();

    private static async Task EndAsync(string task)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (await File.ReadAllLinesAsync(Path.Combine(task, "cgroup.procs"), Cancellation) is { Length: > 0 } pids)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < ServerProcess.Patience, $"killed, and still in {task}");
            foreach (var pid in pids)
            {
                Processes.Kill(int.Parse(pid, CultureInfo.InvariantCulture));
            }
        }
    }

    private static async Task RemoveAsync(string group)
    {
        foreach (var below in Directory.EnumerateDirectories(group))
        {
            await RemoveAsync(below);
        }

        // What was just killed may be a moment in leaving.
        await Patiently.UntilAsync(() => TryDelete(group), $"{group} is empty");
    }

    private static bool TryDelete(string group)
    {
        try
        {
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
