using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Nomad.Identities;
using Muster.Simulators.Nomad.Jobs;
using Muster.Simulators.Nomad.Settings;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad.Runs;

/// <summary>The process of an allocation's task.</summary>
internal sealed class TaskProcess : IDisposable
{
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private bool _isDisposed;
    private readonly Task[] _outputs;

    private TaskProcess(Process process, string logs, string task)
    {
        _process = process;
        _outputs =
        [
            CopyAsync(process.StandardOutput.BaseStream, Path.Combine(logs, $"{task}.stdout.0")),
            CopyAsync(process.StandardError.BaseStream, Path.Combine(logs, $"{task}.stderr.0")),
        ];
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="FormatException">Its driver refuses the configuration.</exception>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static TaskProcess Start(SimulatedAllocation allocation, NomadSimulatorOptions options, Keyring keys, DateTimeOffset now)
    {
        var config = allocation.Task.Inner("Config") ?? [];
        if (config.Select(member => member.Key).FirstOrDefault(name => name is not ("command" or "args")) is { } unknown)
        {
            throw new FormatException(
                "2 errors occurred:\n\t* failed to parse config: \n"
                + $"\t* Invalid label: No argument or block type is named \"{unknown}\".\n\n");
        }

        var logs = Path.Combine(allocation.Directory, "alloc", "logs");
        var home = Path.Combine(allocation.Directory, allocation.TaskName);
        Directory.CreateDirectory(logs);
        Directory.CreateDirectory(Path.Combine(home, "local"));
        var secrets = Path.Combine(home, "secrets");
        TaskTokens.Write(allocation, secrets, keys, now);
        var names = Names(allocation, home, secrets, options);
        var start = new ProcessStartInfo(Arguments.Expand(config.Text("command"), names))
        {
            WorkingDirectory = home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in config["args"] as JsonArray ?? [])
        {
            start.ArgumentList.Add(Arguments.Expand((string)argument!, names));
        }

        if (options.AgentEnvironment is { } inherited)
        {
            start.Environment.Clear();
            foreach (var (name, value) in inherited)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in names.Where(pair => pair.Key.StartsWith("NOMAD_", StringComparison.Ordinal)))
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in allocation.Task.Inner("Env") ?? [])
        {
            start.Environment[name] = Arguments.Replace((string?)value ?? "", names);
        }

        var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        return new(process, logs, allocation.TaskName);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code: 128 and the signal for one that was killed.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();

        // What it started and left behind may hold its output open for ever.
        await Task.WhenAny(Task.WhenAll(_outputs), Task.Delay(OutputPatience, TimeProvider.System));
        return _process.ExitCode;
    }

    /// <summary>Asks it to end.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (!_isDisposed && !_process.HasExited)
            {
                using var kill = Process.Start("/bin/kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }
        }
    }

    /// <summary>Ends it.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_isDisposed && !_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    // Whoever stops it may hold on to it while it ends by itself.
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _process.Dispose();
        }
    }

    private static async Task CopyAsync(Stream from, string path)
    {
        await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        await from.CopyToAsync(to);
    }

    private static Dictionary<string, string> Names(
        SimulatedAllocation allocation, string home, string secrets, NomadSimulatorOptions options)
    {
        var job = allocation.Placed;
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NOMAD_ALLOC_ID"] = allocation.Id,
            ["NOMAD_ALLOC_INDEX"] = "0",
            ["NOMAD_ALLOC_NAME"] = $"{allocation.Job.Id}.{allocation.Group.Text("Name")}[0]",
            ["NOMAD_ALLOC_DIR"] = Path.Combine(allocation.Directory, "alloc"),
            ["NOMAD_CPU_LIMIT"] = allocation.Task.Inner("Resources")!["CPU"]!.ToString(),
            ["NOMAD_DC"] = options.Datacenter,
            ["NOMAD_GROUP_NAME"] = allocation.Group.Text("Name"),
            ["NOMAD_JOB_ID"] = allocation.Job.Id,
            ["NOMAD_JOB_NAME"] = job.Text("Name"),
            ["NOMAD_JOB_PARENT_ID"] = allocation.Job.ParentId,
            ["NOMAD_MEMORY_LIMIT"] = allocation.Task.Inner("Resources")!["MemoryMB"]!.ToString(),
            ["NOMAD_NAMESPACE"] = allocation.Job.Namespace,
            ["NOMAD_REGION"] = "global",
            ["NOMAD_SECRETS_DIR"] = secrets,
            ["NOMAD_TASK_DIR"] = Path.Combine(home, "local"),
            ["NOMAD_TASK_NAME"] = allocation.TaskName,
            ["node.datacenter"] = options.Datacenter,
            ["node.unique.name"] = SimulatedAllocation.NodeName,
            ["attr.kernel.name"] = "linux",
        };
        foreach (var (key, value) in new[] { job, allocation.Group, allocation.Task }.SelectMany(part => part.Inner("Meta") ?? []))
        {
            var name = key.Replace('-', '_');
            names[$"NOMAD_META_{name}"] = (string?)value ?? "";
            names[$"NOMAD_META_{name.ToUpperInvariant()}"] = (string?)value ?? "";
        }

        return names;
    }
}
