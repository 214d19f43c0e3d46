using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>A task, as it is at one moment.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">What it does: <c>CloneVM_Task</c>.</param>
/// <param name="Entity">To what.</param>
/// <param name="State"><c>running</c>, <c>success</c>, <c>error</c>.</param>
/// <param name="At">When it began.</param>
/// <param name="Result">What it made; null where nothing.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
internal sealed record SimulatedTask(
    string Key, string Name, RefValue Entity, string State, DateTimeOffset At, Value? Result = null, Value? Error = null);
