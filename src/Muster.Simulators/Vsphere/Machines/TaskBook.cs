using System.Collections.Concurrent;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>The tasks of a simulated vCenter. Safe to share.</summary>
internal sealed class TaskBook(VmPark park, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<string, SimulatedTask> _tasks = new(StringComparer.Ordinal);

    /// <summary>Begins one.</summary>
    public RefValue Begin(string name, RefValue entity)
    {
        var key = park.NewKey("task");
        _tasks[key] = new(key, name, entity, "running", timeProvider.GetUtcNow());
        return new("Task", key);
    }

    /// <summary>Ends one well.</summary>
    public void Succeed(RefValue task, Value? result = null) => End(task, one => one with { State = "success", Result = result });

    /// <summary>Ends one badly.</summary>
    public void Fail(RefValue task, VimFault fault) => End(task, one => one with { State = "error", Error = fault.AsLocalized() });

    /// <summary>A task; null where there is none.</summary>
    public SimulatedTask? Find(string key) => _tasks.GetValueOrDefault(key);

    private void End(RefValue task, Func<SimulatedTask, SimulatedTask> end)
    {
        _tasks[task.Key] = end(_tasks[task.Key]);
        park.Ring();
    }
}
