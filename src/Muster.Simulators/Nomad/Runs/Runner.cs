using System.Collections.Concurrent;
using System.ComponentModel;
using System.Globalization;

using Muster.Simulators.Nomad.Identities;
using Muster.Simulators.Nomad.Jobs;
using Muster.Simulators.Nomad.Settings;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad.Runs;

/// <summary>The client: runs tasks, tells what becomes of them, and forgets the files of old ones.</summary>
/// <param name="change">Changes an allocation, and whatever follows from that.</param>
/// <param name="options">What the client is like.</param>
/// <param name="keys">The keys of the server that it runs tasks for.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Runner(
    Action<SimulatedAllocation, Action> change, NomadSimulatorOptions options, Keyring keys, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskProcess> _processes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _early = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SimulatedAllocation> _finished = new();
    private readonly SemaphoreSlim _room = new(options.RunsMax);
    private volatile bool _isEnding;

    /// <summary>Runs it; returns at once.</summary>
    public void Run(SimulatedAllocation allocation) => _runs[allocation.Id] = Task.Run(() => RunInTurnAsync(allocation));

    /// <summary>Stops it: an interrupt, and a kill when that does not help in time.</summary>
    public void Stop(SimulatedAllocation allocation) => _runs[$"stop {allocation.Id}"] = Task.Run(async () =>
    {
        if (FindToStop(allocation) is not { } process)
        {
            return;
        }

        var patience = TimeSpan.FromTicks(allocation.Task.Number("KillTimeout") / TimeSpan.NanosecondsPerTick);
        change(allocation, () => allocation.Tell(
            "Killing", $"Sent interrupt. Waiting {patience.TotalSeconds:0}s before force killing", timeProvider.GetUtcNow(),
            (
                "kill_timeout",
                string.Create(CultureInfo.InvariantCulture, $"{patience.TotalSeconds:0}s"),
                "KillTimeout",
                allocation.Task.Copy("KillTimeout"))));
        process.Interrupt();
        var run = _runs[allocation.Id];
        if (await Task.WhenAny(run, Task.Delay(patience, timeProvider)) != run)
        {
            process.Kill();
        }
    });

    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        foreach (var process in _processes.Values)
        {
            process.Kill();
        }

        await Task.WhenAll(_runs.Values);
    }

    /// <summary>Its process; null when there is none yet: whoever starts it stops it then.</summary>
    private TaskProcess? FindToStop(SimulatedAllocation allocation)
    {
        if (_processes.TryGetValue(allocation.Id, out var process))
        {
            return process;
        }

        _early[allocation.Id] = 0;
        return _processes.TryGetValue(allocation.Id, out process) && _early.TryRemove(allocation.Id, out _) ? process : null;
    }

    private async Task RunInTurnAsync(SimulatedAllocation allocation)
    {
        await _room.WaitAsync();
        try
        {
            await (_isEnding || allocation.IsUnwanted ? NeverRunAsync(allocation) : RunAsync(allocation));
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Stopped before its turn came.</summary>
    private Task NeverRunAsync(SimulatedAllocation allocation)
    {
        change(allocation, () => allocation.End(failed: false, timeProvider.GetUtcNow()));
        return Task.CompletedTask;
    }

    private async Task RunAsync(SimulatedAllocation allocation)
    {
        change(allocation, () =>
        {
            allocation.Tell("Received", "Task received by client", timeProvider.GetUtcNow());
            allocation.Tell(
                "Task Setup",
                "Building Task Directory",
                timeProvider.GetUtcNow(),
                ("message", "Building Task Directory", "Message", "Building Task Directory"));
        });
        try
        {
            using var process = TaskProcess.Start(allocation, options, keys, timeProvider.GetUtcNow());
            _processes[allocation.Id] = process;
            if (_isEnding)
            {
                process.Kill();
            }

            change(allocation, () =>
            {
                allocation.Tell("Started", "Task started by client", timeProvider.GetUtcNow());
                allocation.Start(timeProvider.GetUtcNow());
            });
            if (_early.TryRemove(allocation.Id, out _))
            {
                Stop(allocation);
            }

            var code = await process.WaitAsync();
            _processes.TryRemove(allocation.Id, out _);
            change(allocation, () => Ended(allocation, code));
        }
        catch (FormatException error)
        {
            Fail(allocation, "Failed Validation", "validation_error", "ValidationError", error.Message);
        }
        catch (Exception error) when (error is Win32Exception or DirectoryNotFoundException)
        {
            var text = "failed to launch command with executor: rpc error: "
                + $"code = Unknown desc = binary \"{allocation.Task.Inner("Config")!.Text("command")}\" could not be found";
            Fail(allocation, "Driver Failure", "driver_error", "DriverError", text);
        }

        Forget(allocation);
    }

    private void Ended(SimulatedAllocation allocation, int code)
    {
        var now = timeProvider.GetUtcNow();
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

    private void Fail(SimulatedAllocation allocation, string type, string detail, string field, string text) => change(allocation, () =>
    {
        allocation.Tell(type, text, timeProvider.GetUtcNow(), (detail, text, field, text));
        NotRestarting(allocation, timeProvider.GetUtcNow());
        allocation.End(failed: true, timeProvider.GetUtcNow());
    });

    private static void NotRestarting(SimulatedAllocation allocation, DateTimeOffset now) => allocation.Tell(
        "Not Restarting",
        "Policy allows no restarts",
        now,
        ("restart_reason", "Policy allows no restarts", "RestartReason", "Policy allows no restarts"),
        ("fails_task", "true", "FailsTask", true));

    /// <summary>The client keeps the files of so many finished runs, and no more.</summary>
    private void Forget(SimulatedAllocation allocation)
    {
        _finished.Enqueue(allocation);
        while (_finished.Count > options.AllocationsKept && _finished.TryDequeue(out var oldest))
        {
            Directory.Delete(oldest.Directory, recursive: true);
        }
    }
}
