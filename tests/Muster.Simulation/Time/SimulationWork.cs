namespace Muster.Simulation.Time;

/// <summary>One continuation that is ready to run.</summary>
internal readonly record struct SimulationWork(SimulationContext Context, SendOrPostCallback Callback, object? State);
