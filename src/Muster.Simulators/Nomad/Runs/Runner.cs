using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;

using Muster.Simulators.Nomad.Identities;
using Muster.Simulators.Nomad.Jobs;

namespace Muster.Simulators.Nomad.Runs;

/// <summary>The client: runs tasks, tells what becomes of them, and forgets the files of old ones.</summary>
internal sealed class Runner(NomadCluster cluster, NomadSimulatorOptions options, Keyring keys, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskProcess> processes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> early = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> runs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SimulatedAllocation> finished = new();
    private readonly SemaphoreSlim room = new(options.RunsMax);
    private volatile bool isEnding;

    /// <summary>Runs it; returns at once.</summary>
    public void Run(SimulatedAllocation allocation) => runs[allocation.Id] = Task.Run(() => RunInTurnAsync(allocation));

    /// <summary>Stops it: an interrupt, and a kill when that does not help in time.</summary>
    public void Stop(SimulatedAllocation allocation) => runs[$"stop {allocation.Id}"] = Task.Run(async () =>
    {
        if (FindToStop(allocation) is not { } process)
        {
            return;
        }

        var patience = TimeSpan.FromTicks(allocation.Task.Number("KillTimeout") / TimeSpan.NanosecondsPerTick);
        cluster.Change(allocation, () => allocation.Tell(
            "Killing", $"Sent interrupt. Waiting {patience.TotalSeconds:0}s before force killing", time.GetUtcNow(),
            ("kill_timeout", string.Create(CultureInfo.InvariantCulture, $"{patience.TotalSeconds:0}s"), "KillTimeout", allocation.Task.Copy("KillTimeout"))));
        process.Interrupt();
        var run = runs[allocation.Id];
        if (await Task.WhenAny(run, Task.Delay(patience, time)) != run)
        {
            process.Kill();
        }
    });

    public async ValueTask DisposeAsync()
    {
        isEnding = true;
        foreach (var process in processes.Values)
        {
            process.Kill();
        }

        await Task.WhenAll(runs.Values);
    }

    /// <summary>Its process; null when there is none yet: whoever starts it stops it then.</summary>
    private TaskProcess? FindToStop(SimulatedAllocation allocation)
    {
        if (processes.TryGetValue(allocation.Id, out var process))
        {
            return process;
        }

        early[allocation.Id] = 0;
        return processes.TryGetValue(allocation.Id, out process) && early.TryRemove(allocation.Id, out _) ? process : null;
    }

    private async Task RunInTurnAsync(SimulatedAllocation allocation)
    {
        await room.WaitAsync();
        try
        {
            await (isEnding || allocation.IsUnwanted ? NeverRunAsync(allocation) : RunAsync(allocation));
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Stopped before its turn came.</summary>
    private Task NeverRunAsync(SimulatedAllocation allocation)
    {
        cluster.Change(allocation, () => allocation.End(failed: false, time.GetUtcNow()));
        return Task.CompletedTask;
    }

    private async Task RunAsync(SimulatedAllocation allocation)
    {
        cluster.Change(allocation, () =>
        {
            allocation.Tell("Received", "Task received by client", time.GetUtcNow());
            allocation.Tell(
                "Task Setup", "Building Task Directory", time.GetUtcNow(), ("message", "Building Task Directory", "Message", "Building Task Directory"));
        });
        try
        {
            using var process = TaskProcess.Start(allocation, options, keys, time.GetUtcNow());
            processes[allocation.Id] = process;
            if (isEnding)
            {
                process.Kill();
            }

            cluster.Change(allocation, () =>
            {
                allocation.Tell("Started", "Task started by client", time.GetUtcNow());
                allocation.Start(time.GetUtcNow());
            });
            if (early.TryRemove(allocation.Id, out _))
            {
                Stop(allocation);
            }

            var code = await process.WaitAsync();
            processes.TryRemove(allocation.Id, out _);
            cluster.Change(allocation, () => Ended(allocation, code));
        }
        catch (FormatException error)
        {
            Fail(allocation, "Failed Validation", "validation_error", "ValidationError", error.Message);
        }
        catch (Exception error) when (error is Win32Exception or DirectoryNotFoundException)
        {
            var text = $"failed to launch command with executor: rpc error: code = Unknown desc = binary \"{allocation.Task.Inner("Config")!.Text("command")}\" could not be found";
            Fail(allocation, "Driver Failure", "driver_error", "DriverError", text);
        }

        Forget(allocation);
    }

    private void Ended(SimulatedAllocation allocation, int code)
    {
        var now = time.GetUtcNow();
        var signal = code > 128 ? code - 128 : 0;
        var message = string.Create(CultureInfo.InvariantCulture, $"Exit Code: {code}{(signal > 0 ? $", Signal: {signal}" : "")}");
        allocation.Tell(
            "Terminated", message, now,
            ("exit_code", code.ToString(CultureInfo.InvariantCulture), "ExitCode", code),
            ("signal", signal.ToString(CultureInfo.InvariantCulture), "Signal", signal),
            ("oom_killed", "false", null, null));
        if (allocation.IsUnwanted)
        {
            allocation.Tell("Killed", "Task successfully killed", now);
        }
        else if (code != 0)
        {
            NotRestarting(allocation, now);
        }

        // A run that was stopped counts as complete, whatever its program said.
        allocation.End(failed: code != 0 && !allocation.IsUnwanted, now);
    }

    private void Fail(SimulatedAllocation allocation, string type, string detail, string field, string text) => cluster.Change(allocation, () =>
    {
        allocation.Tell(type, text, time.GetUtcNow(), (detail, text, field, text));
        NotRestarting(allocation, time.GetUtcNow());
        allocation.End(failed: true, time.GetUtcNow());
    });

    private static void NotRestarting(SimulatedAllocation allocation, DateTimeOffset now) => allocation.Tell(
        "Not Restarting", "Policy allows no restarts", now,
        ("restart_reason", "Policy allows no restarts", "RestartReason", "Policy allows no restarts"), ("fails_task", "true", "FailsTask", true));

    /// <summary>The client keeps the files of so many finished runs, and no more.</summary>
    private void Forget(SimulatedAllocation allocation)
    {
        finished.Enqueue(allocation);
        while (finished.Count > options.AllocationsKept && finished.TryDequeue(out var oldest))
        {
            Directory.Delete(oldest.Directory, recursive: true);
        }
    }
}
