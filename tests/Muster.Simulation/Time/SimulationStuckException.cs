namespace Muster.Simulation.Time;

/// <summary>A simulation that cannot go on, or that has left its thread.</summary>
public sealed class SimulationStuckException(string message) : Exception(message);
